"""Are suggestions right? Which facts of the last two months of our own graph were suggested before they arrived."""

from collections import Counter
from collections.abc import Mapping
from functools import partial

import numpy as np
import torch

from inference.evaluation.graph import suggestion_calibration as calibration
from inference.evaluation.graph import suggestion_models as models
from inference.evaluation.graph import suggestion_parts as parts
from inference.evaluation.graph import suggestion_runs as runs
from inference.evaluation.graph.suggestion_baselines import Baselines
from inference.evaluation.report import Aim, Context, Plot, Report, Table
from inference.training.common.ranks import Ranking, summary
from inference.training.links.batches import Asking
from inference.training.links.judged import judged
from inference.training.links.ranking import model_score, ranks
from inference.training.links.trainer import LinkTrainingPlan

SERVED = "link model"
QUICK_QUESTIONS = 60

ABOUT = """\
Our text model reads the current-events feed, and our registry resolves its names. The graph is cut two months before
the feed's end. A fact counts if it was first stated after the cut, between two entities that were named before it. The
questions are (entity, relation, ?) from both ends; the candidates are all entities that the graph has at the cut and
the ontology allows, without those that answer it in the graph already and the question's other right answers (filtered,
ties count half). The model was trained on the facts that arrived after earlier snapshots, all of them older than the
validation cut; the two months before the hidden ones were used for every choice and for calibration."""

NOTES = """\
The facts that arrive are those that our text model reads in the news, its errors included: some suggestions that count
as wrong are true and were not reported, and some facts that arrived were misread. Names were resolved over the whole
feed. The ranks are those of trained models, which are kept under the state folder's `links`, so that a report that was
stopped resumes; the probabilities are the served file's."""


def evaluate(context: Context) -> Report:
    """Measures the link model, other seeds, ablations and baselines; the quick form measures a little.

    Raises:
        DataMissing: The feed is not there.
    """
    torch.set_num_threads(1)
    feed = context.need("feeds", "current-events.jsonl")
    given = models.given(feed, context)
    rows = list(range(len(given.test.of.asked)))[: QUICK_QUESTIONS if context.quick else None]
    context.log(f"{len(rows)} questions; baselines")
    baselines = {name: ranks(given.test, score, rows) for name, score in Baselines(given.test).all().items()}
    served = models.Served()
    with runs.bench(given, context) as bench:
        model = bench.model(runs.WHOLE, LinkTrainingPlan.seed)
        found = ranks(given.test, model_score(model, given.test), rows)
        difference = models.apart(model, served.line, served, given.test)
        added = _added(bench, context, rows, baselines, found)
    context.log("the served model judges the entities that others have met")
    before, hidden = (judged(served.ask, asking, models.some(asking, context)) for asking in (given.valid, given.test))
    rankings = {name: summary(of) for name, of in (baselines | {SERVED: found}).items()}
    best = max(baselines, key=lambda name: rankings[name].hits10)
    error = calibration.expected_error(hidden)
    return Report(
        "Suggestions: is it right?",
        ABOUT,
        (f"feeds/current-events.jsonl, {sum(given.test.of.world.articles):,} namings before the cut",),
        [
            _ranked(rankings),
            *added,
            _by_relation(given.test, found, rows),
            _reach(given.test),
            calibration.table(before, hidden),
            calibration.thresholds(before, hidden, given.test),
        ],
        [
            Aim(f"Hits@10 of the served model over the best baseline's ({best})", _gain(rankings, best), 1.0),
            Aim("expected calibration error of probabilities from 0.02 on", error, 0.05, at_most=True),
        ],
        [
            Plot("reliability", "How often what was given a probability arrived.", partial(calibration.draw, hidden)),
            Plot("threshold", "Suggestions by threshold: which share arrived.", partial(calibration.curve, hidden)),
        ],
        [NOTES, f"Between the trained model and the served file no probability differs by more than {difference:.1e}."],
    )


def _added(
    bench: runs.Bench, context: Context, rows: list[int], baselines: Mapping[str, runs.Ranks], served: runs.Ranks
) -> list[Table]:
    """Returns the tables of further runs: other seeds, and the model without one part each."""
    numbers = range(context.seed + 1, context.seed + 1 + bench.amount.seeds)
    whole = bench.ranks(runs.WHOLE, numbers, rows)
    ablated = {variant: bench.ranks(variant, numbers, rows) for variant in runs.ABLATED}
    groups = parts.facts(bench.given.test, rows)
    against = {f"{SERVED}, as it is served": served[None], f"mean of {len(numbers)} seeds": whole[0]}
    return [
        parts.seeds(numbers, whole[0]),
        parts.against(against, baselines, groups),
        parts.ablation(whole, ablated, groups),
    ]


def _gain(rankings: Mapping[str, Ranking], best: str) -> float:
    return rankings[SERVED].hits10 / max(1e-9, rankings[best].hits10)


def _ranked(rankings: Mapping[str, Ranking]) -> Table:
    rows = [(name, r.mrr, r.hits1, r.hits10, r.questions) for name, r in rankings.items()]
    return Table("Facts that arrived, suggested before", ("way", "MRR", "Hits@1", "Hits@10", "questions"), [*rows])


def _by_relation(asking: Asking, found: runs.Ranks, rows: list[int]) -> Table:
    relations = asking.words.relations
    of = [relations[int(asking.of.role[row]) % len(relations)] for row in rows]
    cells = []
    for relation, count in Counter(of).most_common(15):
        own = summary(found[[one == relation for one in of]])
        cells.append((relation, own.mrr, own.hits10, count))
    return Table("The served model by relation", ("relation", "MRR", "Hits@10", "questions"), [*cells])


def _reach(asking: Asking) -> Table:
    of = asking.of
    met = [int(answer) in asking.met(int(entity)) for entity, answer in zip(of.asked, of.answer, strict=True)]
    between = [int(answer) in asking.known[int(e)] for e, answer in zip(of.asked, of.answer, strict=True)]
    return Table(
        "What can be suggested at all",
        ("the answer", "share of the questions"),
        [
            ("met: named together with the asking entity, or with a neighbour in common", float(np.mean(met))),
            ("has another fact with the asking entity", float(np.mean(between))),
        ],
        "The service scores only the entities that one has met; the ranks above are among all entities.",
    )
