"""Part "comparators": RelFormer and the models of its paper's Table 1, trained the same way, on scenes and on MORE."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

from inference.evaluation.report import Cell, Context, Table
from inference.object_relations.shape import PAPER, SMALL
from inference.research.relformer.data import scenes
from inference.research.relformer.data.more import read_more
from inference.research.relformer.models import MODELS, TITLES
from inference.research.relformer.reports.fit import SHAPE, Amount, Log, by_part, fit, tensors
from inference.research.relformer.reports.mnre import cells
from inference.research.relformer.run import Trainee, knowledge_source, run
from inference.research.relformer.trainer import RelationTrainingPlan
from topology.settings import settings

PUBLISHED = {
    "cnn-lstm": 0.3408,
    "bert-scene-graph": 0.3448,
    "visualbert": 0.5966,
    "moreformer": 0.5953,
    "relformer": 0.6352,
}
"""F1 on MORE by the paper's Table 1."""


def on_scenes(amount: Amount, seed: int, log: Log, relformer: Sequence[dict[str, float]]) -> Table:
    """Trains each comparator once on the scenes; `relformer` are the shares of RelFormer's earlier runs."""
    train, held_out = scenes.scenes(amount.scenes, seed), scenes.scenes(amount.held_out, seed + 1)
    data, test = tensors(train), tensors(held_out)
    rows: list[tuple[Cell, ...]] = []
    for name, title in TITLES.items():
        if name == "relformer" and relformer:
            found = {part: fmean(parts[part] for parts in relformer) for part in scenes.PARTS}
        else:
            log(f"{title} on scenes")
            found = by_part(fit(name, data, amount, seed), test, held_out)
        size = sum(p.numel() for p in MODELS[name](SHAPE).parameters())
        rows.append((title, fmean(found.values()), *found.values(), size))
    return Table(
        "Comparators on the scenes: share of right relations",
        ("model", "all", *scenes.PARTS, "parameters"),
        rows,
        "Same scenes, steps, rates and width; chance is 0.25. By their design the comparators read no knowledge, and "
        "only MOREformer reads depth: what they cannot see they cannot know.",
    )


def on_more(context: Context, folder: Path) -> Table:
    """Trains every model on MORE as the paper says, and returns its Table 1."""
    import torch  # noqa: PLC0415

    data = read_more(folder)
    # Without a GPU training the paper's sizes would take weeks.
    preset = PAPER if torch.cuda.is_available() and not context.quick else SMALL
    shape = replace(preset, vocabulary=PAPER.vocabulary, relations=len(data.relations))
    facts = folder / "knowledge.jsonl"
    source = knowledge_source(facts if facts.is_file() else None, None)
    tokenizer = settings().models / "text_extraction" / "1" / "tokenizer.json"
    plan = RelationTrainingPlan(epochs=1 if context.quick else 60, seed=context.seed)
    rows: list[tuple[Cell, ...]] = []
    for name, title in TITLES.items():
        context.log(f"{title} on MORE")
        with TemporaryDirectory() as work:
            trainee = Trainee(name, shape, source if name == "relformer" else None)
            scores = run(data, trainee, plan, Path(work), tokenizer=tokenizer)
        split = "test" if "test" in scores else "valid"
        rows.append((title, *cells(scores[split], len(data.splits[split])), PUBLISHED[name]))
    columns = ("model", "accuracy", "precision", "recall", "F1", "pairs", "published F1")
    note = "Pairs without a relation are not counted in precision, recall and F1. Published: the paper's Table 1."
    return Table("MORE: Table 1", columns, rows, note)
