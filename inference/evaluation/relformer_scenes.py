"""Part "scenes": whether RelFormer reads each modality, and needs each where only it tells the relation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean, stdev
from typing import Any

from inference.evaluation.relformer_fit import SHAPE, Amount, Tell, by_part, fit, tensors
from inference.evaluation.report import Aim, Cell, Plot, Table
from inference.training.relformer import scenes

Parts = Mapping[str, float]
Measured = Mapping[str, Sequence[Parts]]
"""By what is missing ("" for nothing): the shares of right relations by part, one for each seed."""

CUES = replace(SHAPE, prefix_levels=(0, 1), alignment=0.05)
"""With visual cues at both levels of the own paths, and aligned distributions."""


def measure(amount: Amount, seed: int, tell: Tell) -> Measured:
    """Trains RelFormer once a seed, and measures it with everything and without each modality."""
    train, held_out = scenes.scenes(amount.scenes, seed), scenes.scenes(amount.held_out, seed + 1)
    data = tensors(train)
    tests = {missing: tensors(held_out, missing) for missing in ("", *scenes.MODALITIES)}
    measured: dict[str, list[Parts]] = {missing: [] for missing in tests}
    for number in range(amount.seeds):
        tell(f"RelFormer on scenes, seed {seed + number}")
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


def cues_table(amount: Amount, seed: int, tell: Tell) -> tuple[Table, list[Aim]]:
    """Measures visual cues with alignment: few scenes, with them and without, and the same with no picture at all."""
    few = replace(amount, scenes=amount.scenes // 2)
    train, held_out = scenes.scenes(few.scenes, seed), scenes.scenes(few.held_out, seed + 1)
    data = tensors(train)
    tests = {name: tensors(held_out, name) for name in ("", "picture")}
    found: dict[str, list[tuple[float, float]]] = {"without": [], "with": []}
    for number in range(few.pairs):
        for title, shape in (("without", SHAPE), ("with", CUES)):
            tell(f"RelFormer {title} visual cues, seed {seed + number}")
            model = fit("relformer", data, few, seed + number, shape)
            everything = by_part(model, tests[""], held_out)
            blind = by_part(model, tests["picture"], held_out)
            found[title].append(
                (fmean(everything[part] for part in scenes.PARTS), fmean(blind[part] for part in TEXT_ONLY))
            )
    rows: list[tuple[Cell, ...]] = [
        (f"{title} visual prefix and alignment", *map(spread, zip(*pairs, strict=True)))
        for title, pairs in found.items()
    ]
    gains = [[new[i] - old[i] for old, new in zip(found["without"], found["with"], strict=True)] for i in range(2)]
    rows.append(("gain of a seed, with its standard error", *map(gained, gains)))
    losses = sum(gain < 0 for gain in gains[1])
    note = (
        f"Trained on {few.scenes} scenes, {few.pairs} seeds, the same for both. The last column is of scenes that text "
        f"or knowledge decide, read without picture and depth; there, {losses} of {few.pairs} seeds lost by the cues."
    )
    return (
        Table("Multi-level visual cues", ("RelFormer", "all parts", "no picture"), rows, note),
        [
            Aim("visual cues and alignment: mean gain on the scenes", fmean(gains[0]), 0.0),
            Aim("visual cues and alignment: mean gain without a picture", fmean(gains[1]), 0.0),
        ],
    )


def gained(values: Sequence[float]) -> str:
    """Returns mean and standard error as one cell."""
    return f"{fmean(values):+.3f} ± {stdev(values) / len(values) ** 0.5:.3f}"


TEXT_ONLY = ("text", "knowledge", "text + knowledge")
