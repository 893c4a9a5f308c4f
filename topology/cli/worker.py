"""`triplewire worker`: runs a worker of a stage."""

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
    feeds = "feeds"
    alerts = "alerts"
    corrections = "corrections"


def register(app: typer.Typer) -> None:
    """Adds the command."""

    @app.command()
    def worker(
        stage: Annotated[
            StageName,
            typer.Argument(
                help="news: extracts triples from articles; media: extracts triples and text from pictures, videos and "
                "sound; entities: links names to entities; sink: writes the graph; suggestions: suggests links; "
                "feeds: asks a list of feeds and publishes what is new; alerts: looks for what watches name, and calls "
                "webhooks; corrections: passes on what editors correct."
            ),
        ],
        supervise: Annotated[bool, typer.Option(help="Start the worker again, within seconds, when it dies.")] = True,
    ) -> None:
        """Run a worker until it is stopped (Ctrl-C). Several workers of a stage share its work."""
        from streams.presence import present, second  # noqa: PLC0415
        from topology.settings import settings  # noqa: PLC0415
        from topology.topics import most_workers  # noqa: PLC0415

        others = [other for other in present(settings().state) if other.stage == stage.value]
        if note := second(stage.value, most_workers(stage.value), others):
            typer.echo(note, err=True)
        if supervise:
            from streams.road.supervisor import Supervisor  # noqa: PLC0415

            raise typer.Exit(Supervisor([sys.executable, "-m", "streams.worker", stage.value]).run())
        from streams.worker import main  # noqa: PLC0415

        raise typer.Exit(main(stage.value))
