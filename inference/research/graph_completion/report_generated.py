"""Parts on generated multimodal graphs: all models compared, what each part of ours adds, and three sweeps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any

from inference.evaluation.report import Cell, Plot, Table
from inference.research.graph_completion.generated import generate
from inference.research.graph_completion.models import TITLES
from inference.research.graph_completion.report_runs import CLASSIC, MULTIMODAL, Bench
from inference.training.common.ranks import Ranking
from inference.training.links.knowledge_graph import KnowledgeGraph

PAPER: Mapping[str, tuple[float, float, float]] = {
    "mose": (0.421, 0.312, 0.582),
    "mr-mkg": (0.439, 0.328, 0.601),
    "otkge": (0.456, 0.341, 0.618),
    "tsam": (0.472, 0.359, 0.635),
    "contrastive": (0.488, 0.374, 0.816),
}
"""MRR, Hits@1 and Hits@10 by the paper's Table 1, on data that is not public."""

ABLATED: Mapping[str, dict[str, Any]] = {
    "all": {},
    "no contrastive loss": {"contrast": 0.0},
    "no relation loss": {"relation": 0.0},
    "no neighbourhood": {"neighbours": 0},
    "no ComplEx: the paper's classifier alone": {"bilinear": False},
    "no pair classifier: ComplEx alone": {"classifier": False},
    "no own vectors: modalities alone": {"own": False},
}

KEPT = {"both views": ("text", "picture"), "text alone": ("text",), "picture alone": ("picture",)}


def comparators(bench: Bench) -> Table:
    """Trains all models on the generated graphs and returns their means."""
    rows: list[tuple[Cell, ...]] = []
    for model in (*CLASSIC, *MULTIMODAL, "contrastive"):
        kinds = () if model in CLASSIC else ("text", "picture")
        found = _measured(bench, model, kinds)
        rows.append((TITLES[model], " + ".join(("structure", *kinds)), *_means(found), *PAPER.get(model, (None,) * 3)))
    columns = ("model", "reads", "MRR", "Hits@1", "Hits@10", "paper MRR", "paper Hits@1", "paper Hits@10")
    note = (
        f"Means over {bench.amount.seeds} generated graphs. The paper's numbers are of data that is not public, and "
        "are here for their order, not for their size. The four models marked as ideas are small re-implementations."
    )
    return Table("Generated multimodal graph", columns, rows, note)


def ablation(bench: Bench) -> Table:
    """Leaves out each part of the contrastive graph model in turn."""
    rows: list[tuple[Cell, ...]] = []
    for title, changes in ABLATED.items():
        found = _measured(bench, "contrastive", changes=changes)
        rows.append((title, *_means(found)))
    note = f"Means over {bench.amount.seeds} generated graphs without noise."
    return Table("What each part adds", ("contrastive graph", "MRR", "Hits@1", "Hits@10"), rows, note)


def temperature(bench: Bench) -> tuple[Table, Plot]:
    """Sweeps the temperature of the contrastive loss: the paper's figure 2."""
    lines = {
        title: [
            _measured(bench, "contrastive", kinds, changes={"temperature": tau}) for tau in bench.amount.temperatures
        ]
        for title, kinds in KEPT.items()
    }
    return _sweep("temperature", "MRR", bench.amount.temperatures, lines, lambda r: r.mrr, log=True)


def noise(bench: Bench) -> tuple[Table, Plot]:
    """Sweeps the share of wrong vectors: the paper's figure 3."""
    lines = {
        TITLES[model]: [_measured(bench, model, noise=share) for share in bench.amount.noises]
        for model in ("contrastive", *MULTIMODAL)
    }
    return _sweep("noise", "Hits@1", bench.amount.noises, lines, lambda r: r.hits1)


def share(bench: Bench) -> tuple[Table, Plot]:
    """Sweeps the share of the training triples: the paper's figure 4."""
    lines = {
        title: [_measured(bench, "contrastive", kinds, part=part) for part in bench.amount.shares]
        for title, kinds in {"both views": ("text", "picture"), "structure alone": ()}.items()
    }
    return _sweep("share", "Hits@10", bench.amount.shares, lines, lambda r: r.hits10)


def _measured(
    bench: Bench,
    model: str,
    kinds: Sequence[str] = ("text", "picture"),
    *,
    noise: float = 0.0,
    part: float = 1.0,
    changes: Mapping[str, Any] | None = None,
) -> list[Ranking]:
    """Returns a model's ranking on each of the bench's graphs, reading some modalities and a part of the triples."""
    found = []
    for recipe in bench.generated(noise=noise):
        graph = _with(generate(recipe), kinds).with_share(part, recipe.seed)
        trainee = bench.trainee("generated", model, recipe.seed)
        found.append(bench.measure(graph, replace(trainee, shape=replace(trainee.shape, **(changes or {})))))
    return found


def _with(graph: KnowledgeGraph, kinds: Sequence[str]) -> KnowledgeGraph:
    return replace(graph, modalities={kind: graph.modalities[kind] for kind in kinds})


def _means(found: Sequence[Ranking]) -> tuple[float, float, float]:
    return fmean(r.mrr for r in found), fmean(r.hits1 for r in found), fmean(r.hits10 for r in found)


def _sweep(
    name: str,
    what: str,
    places: Sequence[float],
    lines: Mapping[str, Sequence[Sequence[Ranking]]],
    of: Callable[[Ranking], float],
    *,
    log: bool = False,
) -> tuple[Table, Plot]:
    """Returns a table of means, a row a place, and its plot with lowest and highest as a band."""
    values = {title: [[of(r) for r in found] for found in line] for title, line in lines.items()}
    rows: list[tuple[Cell, ...]] = [
        (f"{place:g}", *(fmean(line[i]) for line in values.values())) for i, place in enumerate(places)
    ]

    def draw(axes: Any) -> None:
        for title, line in values.items():
            (drawn,) = axes.plot(places, [fmean(found) for found in line], marker="o", label=title)
            axes.fill_between(places, list(map(min, line)), list(map(max, line)), color=drawn.get_color(), alpha=0.15)
        if log:
            axes.set_xscale("log")
            axes.set_xticks(places, [f"{place:g}" for place in places])
            axes.minorticks_off()
        axes.set_xlabel(name)
        axes.set_ylabel(what)
        axes.set_ylim(bottom=0)
        axes.legend(fontsize=8)

    plot = Plot(name, f"{what} by {name} on generated graphs: means, and lowest to highest of the seeds.", draw)
    return Table(f"{what} by {name}", (name, *values), rows), plot
