"""Is it right? Which of the facts of the last two months of our own graph were suggested before they arrived."""

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from inference.evaluation.report import Aim, Context, Plot, Report, Table
from inference.evaluation.suggestion_baselines import Baselines
from inference.graph.ranks import Ranking, summary

if TYPE_CHECKING:
    from inference.training.links.batches import Asking
    from inference.training.links.calibrate import Judged
    from inference.training.links.run import Given

SERVED = "link model"
QUICK_QUESTIONS = 60

ABOUT = """\
The current-events feed is read by our text model, and whom names stand for is decided by our registry. The graph is cut
two months before the feed's end. A fact counts if it was first stated after the cut between two entities that were
named before it. Asked is (entity, relation, ?) from both ends; ranked are all entities that the graph has at the cut
and the ontology allows, without those whom it names already and the question's other right answers (filtered, ties
count half). The model was trained on what came of earlier snapshots, all of it older than the validation cut; the two
months before the hidden ones chose everything and calibrated."""

NOTES = """\
What arrives is what our text model reads in the news, its errors included: some of what counts as a wrong suggestion
is true and was not told, and some of what arrived was misread. Whom names stand for was decided on the whole feed. The
ranks are the trained model's, which is kept under the state folder's `links` (trained anew where it is not); the
probabilities are the served file's."""


def evaluate(context: Context) -> Report:
    """Measures the served model, parts of it, and baselines; the quick form reads few articles and trains nothing.

    Raises:
        DataMissing: The feed is not there.
    """
    import torch  # noqa: PLC0415

    from inference.evaluation import suggestion_models as models  # noqa: PLC0415
    from inference.training.links.calibrate import judged  # noqa: PLC0415
    from inference.training.links.ranking import model_score, ranks  # noqa: PLC0415

    torch.set_num_threads(1)
    feed = context.need("feeds", "current-events.jsonl")
    given = models.given(feed, context)
    rows = list(range(len(given.test.of.asked)))[: QUICK_QUESTIONS if context.quick else None]
    served = models.Served()
    context.tell(f"{len(rows)} questions; baselines")
    found = {name: ranks(given.test, score, rows) for name, score in Baselines(given.test).all().items()}
    model = models.trained(given, context)
    found[SERVED] = ranks(given.test, model_score(model, given.test), rows)
    difference = models.apart(model, served.line, served, given.test)
    context.tell("the served model judges whom entities met")
    before, told = (judged(served.ask, asking, models.some(asking, context)) for asking in (given.valid, given.test))
    rankings = {name: summary(of) for name, of in found.items()}
    return _report(given, rankings, found[SERVED], (before, told), rows=rows, difference=difference)


def _report(
    given: "Given",
    rankings: Mapping[str, Ranking],
    served: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    judged: "tuple[Judged, Judged]",
    *,
    rows: list[int],
    difference: float,
) -> Report:
    from inference.evaluation import suggestion_calibration as calibration  # noqa: PLC0415

    before, told = judged
    baseline = {name: ranking for name, ranking in rankings.items() if name in Baselines(given.test).all()}
    best = max(baseline, key=lambda name: baseline[name].hits10)
    error = calibration.expected_error(told)
    return Report(
        "Suggestions: is it right?",
        ABOUT,
        (f"feeds/current-events.jsonl, {sum(given.test.of.world.articles):,} namings before the cut",),
        [
            _ranked(rankings),
            _by_relation(given.test, served, rows),
            _reach(given.test),
            calibration.table(before, told),
            calibration.thresholds(before, told, given.test),
        ],
        [
            Aim(f"Hits@10 of the served model over the best baseline's ({best})", _gain(rankings, best), 1.0),
            Aim("expected calibration error of probabilities from 0.02 on", error, 0.05, at_most=True),
        ],
        [
            Plot("reliability", "How often what was given a probability arrived.", partial(calibration.draw, told)),
            Plot("threshold", "Suggestions by threshold: which share arrived.", partial(calibration.curve, told)),
        ],
        [NOTES, f"Between the trained model and the served file no probability differs by more than {difference:.1e}."],
    )


def _gain(rankings: Mapping[str, Ranking], best: str) -> float:
    return rankings[SERVED].hits10 / max(1e-9, rankings[best].hits10)


def _ranked(rankings: Mapping[str, Ranking]) -> Table:
    rows = [(name, r.mrr, r.hits1, r.hits10, r.questions) for name, r in rankings.items()]
    return Table("Facts that arrived, suggested before", ("way", "MRR", "Hits@1", "Hits@10", "questions"), [*rows])


def _by_relation(asking: "Asking", found: np.ndarray[tuple[int, ...], np.dtype[np.float64]], rows: list[int]) -> Table:
    relations = asking.words.relations
    of = [relations[int(asking.of.role[row]) % len(relations)] for row in rows]
    cells = []
    for relation, count in Counter(of).most_common(15):
        own = summary(found[[one == relation for one in of]])
        cells.append((relation, own.mrr, own.hits10, count))
    return Table("The served model by relation", ("relation", "MRR", "Hits@10", "questions"), [*cells])


def _reach(asking: "Asking") -> Table:
    of = asking.of
    met = [int(answer) in asking.met(int(entity)) for entity, answer in zip(of.asked, of.answer, strict=True)]
    between = [int(answer) in asking.known[int(e)] for e, answer in zip(of.asked, of.answer, strict=True)]
    return Table(
        "What can be suggested at all",
        ("who the answer is", "share of the questions"),
        [
            ("met: named beside the one who asks, or with a neighbour in common", float(np.mean(met))),
            ("stands in another fact with the one who asks", float(np.mean(between))),
        ],
        "The service judges those whom an entity met; the ranks above are among all entities.",
    )
