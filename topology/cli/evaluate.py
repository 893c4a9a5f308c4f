"""`triplewire evaluate …`: measure the models and write the reports in docs/evaluation."""

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from topology.cli.output import fail
from topology.settings import REPOSITORY, settings

REPORTS: dict[str, str] = {
    "text": "inference.evaluation.text.report",
    "desk": "inference.evaluation.text.desk",
    "news": "inference.evaluation.text.news",
    "cases": "inference.evaluation.text.small.cases",
    "attributes": "inference.evaluation.text.attributes",
    "entities": "inference.evaluation.text.entities",
    "happenings": "inference.evaluation.text.happenings",
    "fusion": "inference.evaluation.graph.fusion",
    "open": "inference.evaluation.text.open",
    "classes": "inference.evaluation.text.added_classes",
    "zh": "inference.evaluation.text.zh",
    "pictures": "inference.evaluation.media.pictures",
    "detector": "inference.evaluation.media.detector",
    "shown": "inference.evaluation.media.shown",
    "speech": "inference.evaluation.media.speech",
    "relformer": "inference.research.relformer.reports.report",
    "visual-cues": "inference.research.relformer.reports.visual_cues",
    "picture-relations": "inference.research.relformer.reports.annotated",
    "graph": "inference.research.graph_completion.report",
    "suggestions": "inference.evaluation.graph.suggestions",
    "sessions": "inference.research.sessions.report",
}
"""Report by name: the module whose function `evaluate(context)` measures it. `all` runs them in this order."""

FOLDER = REPOSITORY / "docs" / "evaluation"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(evaluate)


def evaluate(
    names: Annotated[
        list[str], typer.Argument(help="Names of reports, or `all`; `list` prints the names.", metavar="NAME…")
    ],
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="Use a small sample, to see that it works; its numbers mean little.")
    ] = False,
    part: Annotated[list[str] | None, typer.Option(help="A part of a report that has parts (repeatable).")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the random choices.")] = 0,
    data: Annotated[Path | None, typer.Option(help="Data folder; by default TRIPLEWIRE_DATA.")] = None,
    output: Annotated[
        Path | None, typer.Option(help="Folder to write to; by default docs/evaluation, for a full run only.")
    ] = None,
) -> None:
    """Measure models and write reports as Markdown, JSON and plots."""
    from rich.console import Console  # noqa: PLC0415

    from inference.evaluation.report import Context, DataMissing, Report  # noqa: PLC0415
    from inference.evaluation.write import Provenance, this_machine, write  # noqa: PLC0415

    if names == ["list"]:
        for name in REPORTS:
            typer.echo(name)
        return
    chosen = list(REPORTS) if "all" in names else names
    if unknown := [name for name in chosen if name not in REPORTS]:
        fail(f"no report {', '.join(unknown)}; the reports are: {', '.join(REPORTS)}, all.")
    if (quick or part) and output is None:
        fail("a sample or a part needs a folder of its own: give one with --output; docs/evaluation is for full runs.")
    console = Console()
    for name in chosen:
        log = partial(console.print, f"[dim]{name}[/]")
        context = Context(data or settings().data, seed, quick, log, tuple(part or ()))
        try:
            report: Report = import_module(REPORTS[name]).evaluate(context)
        except DataMissing as error:
            fail(str(error))
        except ModuleNotFoundError as error:
            fail(f"{name} needs {error.name}; run `make train-env`, then `.venv-train/bin/triplewire evaluate {name}`.")
        parts = "".join(f" --part {p}" for p in part or ())
        command = f"triplewire evaluate {name}{parts} --seed {seed}" + (" --quick" if quick else "")
        for path in write(report, name, Provenance(command, seed, this_machine()), output or FOLDER):
            console.print(f"wrote {path}")
        for aim in report.aims:
            console.print(
                f"{'[green]reached[/]' if aim.reached else '[yellow]missed [/]'} {aim.what}: {aim.measured:.3f}"
            )
