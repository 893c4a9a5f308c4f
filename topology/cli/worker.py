"""`triplewire worker`: runs a stage."""

import sys
from enum import StrEnum
from typing import Annotated

import typer


class StageName(StrEnum):
    """Which stage."""

    news = "news"
    entities = "entities"
    media = "media"
    sink = "sink"
    suggestions = "suggestions"


def register(app: typer.Typer) -> None:
    """Adds the command."""

    @app.command()
    def worker(
        stage: Annotated[
            StageName,
            typer.Argument(
                help="news: articles to triples; media: pictures, videos and sound to triples and articles; entities: "
                "who a name stands for; sink: triples to graph; suggestions: what the graph does not say and may hold."
            ),
        ],
        supervise: Annotated[bool, typer.Option(help="Start the worker again, within seconds, when it dies.")] = True,
    ) -> None:
        """Run a worker until it is stopped (Ctrl-C). Start it twice and they share the work."""
        if supervise:
            from streams.road.supervisor import Supervisor  # noqa: PLC0415

            raise typer.Exit(Supervisor([sys.executable, "-m", "streams.worker", stage.value]).run())
        from streams.worker import main  # noqa: PLC0415

        raise typer.Exit(main(stage.value))
