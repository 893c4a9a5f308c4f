"""`triplewire train graph`: train the contrastive graph model, or a comparator, to predict links."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from topology.cli.output import fail
from topology.cli.train.presets import changed
from topology.settings import settings


class Set(StrEnum):
    """The data sets."""

    FB15K_237 = "fb15k-237"
    WN18RR = "wn18rr"
    DB15K = "db15k"
    MKG_W = "mkg-w"
    MKG_Y = "mkg-y"
    GENERATED = "generated"


class Model(StrEnum):
    """The models that can be trained."""

    CONTRASTIVE = "contrastive"
    TRANSE = "transe"
    DISTMULT = "distmult"
    COMPLEX = "complex"
    ROTATE = "rotate"
    COMPGCN = "compgcn"
    MOSE = "mose"
    MR_MKG = "mr-mkg"
    OTKGE = "otkge"
    TSAM = "tsam"


def graph(
    *,
    work: Annotated[Path, typer.Option(help="Folder of the run's checkpoints, outside the repository.")],
    data: Annotated[Path | None, typer.Option(help="Data folder; by default TRIPLEWIRE_DATA.")] = None,
    name: Annotated[
        Set, typer.Option("--set", help="A public data set, or the generated multimodal graph.")
    ] = Set.GENERATED,
    model: Annotated[Model, typer.Option(help="The model, or a comparator.")] = Model.CONTRASTIVE,
    texts: Annotated[bool, typer.Option(help="Use names and descriptions if the set has them.")] = True,
    noise: Annotated[float, typer.Option(min=0, max=1, help="Generated graph: share of wrong vectors.")] = 0.0,
    share: Annotated[float, typer.Option(min=0.001, max=1, help="Share of the training triples.")] = 1.0,
    rank: Annotated[
        int | None, typer.Option(min=1, help="Complex numbers in a vector; by default the set's preset.")
    ] = None,
    neighbours: Annotated[
        int | None, typer.Option(min=0, help="Neighbours that attention reads; 0 for no attention.")
    ] = None,
    classifier: Annotated[
        bool | None, typer.Option(help="Use the paper's classifier over pair vectors; by default the set's preset.")
    ] = None,
    temperature: Annotated[float | None, typer.Option(min=1e-4, help="Temperature of the contrastive loss.")] = None,
    contrast: Annotated[float | None, typer.Option(min=0, help="Weight of the contrastive loss.")] = None,
    relation: Annotated[float | None, typer.Option(min=0, help="Weight of the relation loss.")] = None,
    pairs: Annotated[
        int | None, typer.Option(min=1, help="Maximum number of pairs of a batch in the relation loss.")
    ] = None,
    drawn: Annotated[int | None, typer.Option(min=0, help="Negative answers sampled for a batch; 0 for all.")] = None,
    norm: Annotated[float | None, typer.Option(min=0, help="Weight of the nuclear norm.")] = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Maximum number of epochs: passes over the questions.")
    ] = None,
    batch: Annotated[int | None, typer.Option(min=1, help="Questions in a batch.")] = None,
    rate: Annotated[float | None, typer.Option(help="Learning rate of the embeddings.")] = None,
    every: Annotated[int | None, typer.Option(min=1, help="Epochs between two validations.")] = None,
    patience: Annotated[
        int | None, typer.Option(min=0, help="Validations without an improvement before training stops.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of weights, batches, dropout and the generated graph.")] = 1,
    threads: Annotated[int, typer.Option(min=0, help="CPU threads; 0 for all cores.")] = 0,
) -> None:
    """Train on a link-prediction data set; run the same command again to resume."""
    from topology.cli.train.environment import need_torch  # noqa: PLC0415

    need_torch(threads)
    from rich.console import Console  # noqa: PLC0415

    from inference.research.graph_completion import run  # noqa: PLC0415
    from inference.research.graph_completion.generated import Recipe, generate  # noqa: PLC0415
    from inference.research.graph_completion.questions import Questions  # noqa: PLC0415
    from inference.research.graph_completion.readers import GraphDataError  # noqa: PLC0415
    from inference.training.common.checkpoint import CheckpointError  # noqa: PLC0415
    from inference.training.common.loop import steps_of  # noqa: PLC0415
    from inference.training.common.minilm import EncoderMissing  # noqa: PLC0415
    from topology.cli.train.progress import LinkBar, counted  # noqa: PLC0415

    console = Console()
    shape, how = run.PRESETS[name.value]
    shape = changed(
        shape,
        rank=rank,
        neighbours=neighbours,
        classifier=classifier,
        temperature=temperature,
        contrast=contrast,
        relation=relation,
        pairs=pairs,
        drawn=drawn,
        norm=norm,
    )
    how = changed(how, epochs=epochs, batch=batch, rate=rate, every=every, patience=patience, seed=seed)
    try:
        if name is Set.GENERATED:
            given = generate(Recipe(noise=noise, seed=seed))
        else:
            folder, cache = (data or settings().data) / "kg", settings().cache / "graph"
            with counted(console, "texts") as progress:
                given = run.graph_of(name.value, folder, cache, texts=texts, progress=progress)
        given = given.with_share(share, seed)
        kinds = ", ".join(sorted(given.modalities)) or "structure alone"
        console.print(
            f"{given.name}: {len(given.entities)} entities, {len(given.relations)} relations, {len(given.train)} "
            f"training triples; {kinds}"
        )
        with LinkBar(console, steps_of(len(Questions(given)), how.epochs, how.batch)) as bar:
            found = run.run(given, run.Trainee(model.value, shape, how), work, bar.show)
    except (GraphDataError, CheckpointError, EncoderMissing) as error:
        fail(str(error))
    except ModuleNotFoundError as error:
        fail(f"{model.value} needs {error.name}; run `make train-env`")
    for split, ranking in found.items():
        console.print(f"{split}: MRR {ranking.mrr:.4f} Hits@1 {ranking.hits1:.4f} Hits@10 {ranking.hits10:.4f}")
    console.print(f"Wrote {work / 'best.safetensors'}.")
