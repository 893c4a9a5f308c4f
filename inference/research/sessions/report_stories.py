"""A part for our own stream: which entity comes next in a story, against counting."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from inference.evaluation.report import Aim, Cell, Table
from inference.next_entity.client import SESSION_MODEL
from inference.next_entity.question import INPUTS
from inference.research.sessions import baselines
from inference.research.sessions.models import COMPARATORS, TITLES
from inference.research.sessions.report_runs import ABLATED, Bench, means
from inference.training.next_entity.batch import Batch
from inference.training.next_entity.measure import Scorer, newest_first, stories_tested
from inference.training.next_entity.stories.questions import StoryQuestions
from inference.triton.served_code import served_code
from topology.settings import settings

BASELINES = {
    "popularity: named most often so far": baselines.popularity,
    "co-occurrence: named most often with the story's": baselines.co_occurrence,
    "likeness: text vector nearest to the last item's": baselines.likeness,
}

Row = tuple[Cell, ...]


def stories(bench: Bench, name: str, title: str) -> tuple[Table, list[Aim]]:
    """Measures baselines on stories, and next to them trained models: on `own-graph`, the shipped weights."""
    questions = bench.questions(name, bench.seed + 1)
    assert isinstance(questions, StoryQuestions)  # noqa: S101  for the type checker: only these are stories
    asked = bench.amount.asked
    rows: list[Row] = []
    counted = 0.0
    for what, baseline in BASELINES.items():
        bench.log(f"{what} on {name}")
        found = stories_tested(baseline, questions, asked)
        rows.append((what, None, *means([found])))
        counted = max(counted, found.ranking.mrr)
    newest = newest_first(questions, asked)
    rows.append(("recency: named last", None, None, None, None, newest.mrr, newest.hits10))
    counted = max(counted, newest.mrr)
    best = 0.0
    if name == "ours":
        for model in ("session", *ABLATED, *COMPARATORS):
            results = bench.measure(name, model)["test"]
            rows.append((TITLES[model], len(results), *means(results)))
            best = best or means(results)[3]
    else:
        bench.log(f"the weights that ship on {name}")
        found = stories_tested(served(settings().models / SESSION_MODEL / "1"), questions, asked)
        rows.append(("sessions and interests, as served", 1, *means([found])))
        best = found.ranking.mrr
    columns = ("model", "seeds", "AUC", "AP", "F1", "MRR", "Hits@10")
    note = (
        f"{questions.items} entities; {len(questions)} training, {questions.count('valid')} validation and "
        f"{questions.count('test')} test questions{_part(asked)}, split 7:1:2 by the days of the articles. A question "
        "sees the articles of earlier days and what its own has named; ranks are among all entities, without others of "
        f"the article. {questions.unheard('test'):.0%} of the test answers were never named before. For AUC, AP and "
        "F1 each answer is compared with one entity, drawn as often as it was named. All models here are trained with "
        "a ranking loss and binary cross-entropy."
    )
    aims = [Aim(f"{title}: MRR of sessions and interests, against the best count", best, counted)]
    return Table(title, columns, rows, note), aims


def served(folder: Path) -> Scorer:
    """Returns the scoring function of an exported model, which was trained on the articles before the test."""
    network = served_code(folder, "scorer").session(folder, 1)

    def scores(batch: Batch) -> npt.NDArray[np.float32]:
        vectors = batch.tables["language"].vectors
        feeds = {name: getattr(batch, name) for name in INPUTS if name not in ("nodes", "candidates")}
        feeds |= {"nodes": vectors[batch.nodes], "candidates": vectors[batch.candidates]}
        return np.asarray(network.run(["scores"], feeds)[0], np.float32)

    return scores


def _part(asked: int | None) -> str:
    return f", of which about {asked} are asked, evenly spread" if asked else ""
