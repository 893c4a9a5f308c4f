"""`triplewire train open`: the scorer of relations that an ontology adds."""

from pathlib import Path
from typing import Annotated

import typer

from topology.cli.output import fail
from topology.settings import settings


def open_relations(
    *,
    data: Annotated[Path | None, typer.Option(help="Data folder; by default TRIPLEWIRE_DATA.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of batches, dropout and the groups of held-out relations.")] = 1,
) -> None:
    """Train the scorer of relations that an ontology adds, for the exported text model. Run it after every export."""
    try:
        import torch  # noqa: PLC0415

        from inference.training.text.open import run as open_run  # noqa: PLC0415
        from inference.training.text.open.head import OpenPlan  # noqa: PLC0415
    except ModuleNotFoundError as error:
        fail(f"Training needs {error.name}. Run `make train-env`, then `.venv-train/bin/triplewire train open`.")
    from topology.ontology import OntologyError, load_ontology  # noqa: PLC0415

    torch.set_num_threads(1)  # with more threads, sums differ from run to run
    folder = settings().models / "text_extraction" / "1"
    try:
        ontology = load_ontology(settings().ontology).for_language("en")
        given = open_run.read(folder, folder, ontology, data or settings().data)
        open_run.run(given, folder, OpenPlan(seed=seed), log=typer.echo)
    except OntologyError as error:
        fail(str(error))
    except FileNotFoundError as error:
        fail(f"{error}; give the data folder with --data")
