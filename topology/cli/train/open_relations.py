"""`triplewire train open`: the scorer of relations that an ontology adds."""

from pathlib import Path
from typing import Annotated

import typer

from topology.cli.output import fail
from topology.settings import settings


def open_relations(
    *,
    data: Annotated[Path | None, typer.Option(help="Data folder; TRIPLEWIRE_DATA if not given.")] = None,
    seed: Annotated[int, typer.Option(help="Decides batches, dropout and which relations are held out together.")] = 1,
) -> None:
    """Train what scores relations that an ontology adds, for the model as exported; do so after every export."""
    try:
        import torch  # noqa: PLC0415

        from inference.training.text.open import run as open_run  # noqa: PLC0415
        from inference.training.text.open.head import OpenPlan  # noqa: PLC0415
    except ModuleNotFoundError as error:
        fail(f"Training needs {error.name}. Run `make train-env`, then `.venv-train/bin/triplewire train open`.")
    from topology.ontology import OntologyError, load_ontology  # noqa: PLC0415

    torch.set_num_threads(1)  # with more, sums come out in any order
    folder = settings().models / "text_extraction" / "1"
    try:
        ontology = load_ontology(settings().ontology).for_language("en")
        given = open_run.read(folder, folder, ontology, data or settings().data)
        open_run.run(given, folder, OpenPlan(seed=seed), log=typer.echo)
    except OntologyError as error:
        fail(str(error))
    except FileNotFoundError as error:
        fail(f"{error}; `--data` names the data folder")
