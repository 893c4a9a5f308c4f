"""Part "scenes": whether RelFormer reads each modality, and needs each where only it decides the relation."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from inference.evaluation.report import Aim, Cell, Plot, Table
from inference.research.relformer.data import scenes
from inference.research.relformer.reports.fit import Amount, Log, by_part, fit, tensors

Parts = Mapping[str, float]
Measured = Mapping[str, Sequence[Parts]]
"""By what is missing ("" for nothing): the shares of right relations by part, one for each seed."""


def measure(amount: Amount, seed: int, log: Log) -> Measured:
    """Trains RelFormer once a seed, and measures it with everything and without each modality."""
    train, held_out = scenes.scenes(amount.scenes, seed), scenes.scenes(amount.held_out, seed + 1)
    data = tensors(train)
    tests = {missing: tensors(held_out, missing) for missing in ("", *scenes.MODALITIES)}
    measured: dict[str, list[Parts]] = {missing: [] for missing in tests}
    for number in range(amount.seeds):
        log(f"RelFormer on scenes, seed {seed + number}")
        model = fit("relformer", data, amount, seed + number)
        for missing, test in tests.items():
            measured[missing].append(by_part(model, test, held_out))
    return measured


def table(measured: Measured) -> Table:
    """Returns the shares of right relations: a row a part, a column for everything and for each ablation."""
    rows: list[tuple[Cell, ...]] = [
        (part, *(spread([parts[part] for parts in seeds]) for seeds in measured.values())) for part in scenes.PARTS
    ]
    columns = ("decidable from", "all modalities", *(f"without {name}" for name in scenes.MODALITIES))
    return Table(
        "Scenes: share of right relations",
        columns,
        rows,
        f"Mean over {len(measured[''])} seeds, with the lowest and the highest. Chance is {scenes.CHANCE:g}.",
    )


def spread(values: Sequence[float]) -> str:
    """Returns mean, lowest and highest as one cell."""
    return f"{fmean(values):.3f} ({min(values):.3f} to {max(values):.3f})" if len(values) > 1 else f"{values[0]:.3f}"


def aims(measured: Measured) -> list[Aim]:
    """Returns the aims: 95 % on each part, and near chance on each part whose modality is missing."""
    lowest = [
        Aim(f"decidable from {part}: worst seed", min(parts[part] for parts in measured[""]), 0.95)
        for part in scenes.PARTS
    ]
    ablated = [
        Aim(
            f"without {name}: best seed on a part that needs it", worst_case(measured, name), scenes.CHANCE + 0.08, True
        )
        for name in scenes.MODALITIES
    ]
    return [*lowest, *ablated]


def worst_case(measured: Measured, missing: str) -> float:
    """Returns the highest share on a part that cannot be decided without a modality."""
    needing = [part for part, telling in scenes.PARTS.items() if missing in telling]
    return max(parts[part] for parts in measured[missing] for part in needing)


def plot(measured: Measured) -> Plot:
    """Returns the picture of the table."""

    def draw(axes: Any) -> None:
        width = 0.8 / len(measured)
        for number, (missing, seeds) in enumerate(measured.items()):
            places = [at + (number - (len(measured) - 1) / 2) * width for at in range(len(scenes.PARTS))]
            heights = [fmean(parts[part] for parts in seeds) for part in scenes.PARTS]
            axes.bar(places, heights, width, label=f"without {missing}" if missing else "all modalities")
        axes.axhline(scenes.CHANCE, color="grey", linestyle="--", linewidth=1)
        axes.set_xticks(range(len(scenes.PARTS)), [part.replace(" + ", " +\n") for part in scenes.PARTS], fontsize=7)
        axes.set_ylabel("share of right relations")
        axes.set_ylim(0, 1.02)
        axes.legend(fontsize=7, loc="lower right")

    caption = "Right relations by what decides them, with everything and without each modality; dashed is chance."
    return Plot("scenes", caption, draw)
