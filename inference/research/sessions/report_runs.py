"""How much is trained for the session report, and the runs themselves: kept, so that a stopped report goes on."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean

from inference.research.sessions.models import COMPARATORS, TITLES
from inference.training.common.ranks import Ranking
from inference.training.next_entity.metrics import Found, Parting
from inference.training.next_entity.run import AnyQuestions, Trainee, preset, questions_of, run
from inference.training.next_entity.trainer import plain

ABLATED = ("session-no-links", "vectors")
"""The session model without some of its parts."""


@dataclass(frozen=True)
class Amount:
    """How much is measured.

    Attributes:
        seeds: Runs of the session model.
        others: Runs of it without some of its parts, and of each comparator.
        part: Share of each set.
        epochs: Of every run at most; None for the preset's.
        width: Of every model; None for the preset's.
        asked: Test questions about stories, spread over time; None for all.
    """

    seeds: int = 3
    others: int = 1
    part: float = 1.0
    epochs: int | None = None
    width: int | None = None
    asked: int | None = 2000


FULL = Amount()
QUICK = Amount(seeds=1, part=0.05, epochs=1, width=16, asked=50)


@dataclass
class Bench:
    """Trains what a report asks for.

    Attributes:
        amount: How much.
        seed: The first seed.
        log: Called with a line on each run.
        data: The data folder.
        cache: Where vectors are kept.
        folder: Where runs are kept; None for nowhere.
    """

    amount: Amount
    seed: int
    log: Callable[[str], None]
    data: Path
    cache: Path
    folder: Path | None
    _asked: dict[tuple[str, int, bool], AnyQuestions] = field(default_factory=dict)

    def questions(self, name: str, seed: int, *, inductive: bool = True) -> AnyQuestions:
        """Returns a set's questions; the last few are kept."""
        key = (name, seed, inductive)
        if key not in self._asked:
            if self._asked and next(iter(self._asked))[0] != name:
                self._asked.clear()
            self._asked[key] = questions_of(
                name, self.data, self.cache, seed=seed, inductive=inductive, part=self.amount.part
            )
        return self._asked[key]

    def trainee(self, name: str, model: str, seed: int) -> Trainee:
        """Returns a model with the set's preset, as far as the amount allows."""
        given = preset(name, model)
        shape = replace(given.shape, width=self.amount.width or given.shape.width)
        return Trainee(model, shape, replace(given.plan, epochs=self.amount.epochs or given.plan.epochs, seed=seed))

    def measure(self, name: str, model: str) -> dict[str, list[Found]]:
        """Trains a model with each seed, or reads the scores of earlier runs; returns the scores on the test splits."""
        runs = self.amount.seeds if model == "session" else self.amount.others
        found: dict[str, list[Found]] = {}
        for seed in range(self.seed + 1, self.seed + 1 + runs):
            for split, result in self._once(name, self.trainee(name, model, seed), seed).items():
                found.setdefault(split, []).append(result)
        return found

    def _once(self, name: str, trainee: Trainee, seed: int) -> dict[str, Found]:
        work = self.folder and self.folder / _key(name, trainee, self.amount.part)
        if work and (work / "scores.json").is_file():
            kept = json.loads((work / "scores.json").read_text(encoding="utf-8"))
            return {s: Found(Parting(**r["parting"]), Ranking(**r["ranking"])) for s, r in kept.items()}
        self.log(f"{TITLES[trainee.model]} on {name}, seed {seed}")
        questions = self.questions(name, seed, inductive=trainee.model not in COMPARATORS)
        return run(name, questions, trainee, work, asked=self.amount.asked)


def _key(name: str, trainee: Trainee, part: float) -> str:
    """Returns a folder's name: no two runs share one."""
    known = json.dumps([name, part, plain(trainee)], sort_keys=True)
    return f"{name}-{trainee.model}-{trainee.plan.seed}-{hashlib.sha256(known.encode()).hexdigest()[:12]}"


def means(found: list[Found]) -> tuple[float, float, float, float, float]:
    """Returns AUC, AP, F1, MRR and Hits@10, each the mean over runs."""
    return (
        fmean(f.parting.auc for f in found),
        fmean(f.parting.ap for f in found),
        fmean(f.parting.f1 for f in found),
        fmean(f.ranking.mrr for f in found),
        fmean(f.ranking.hits10 for f in found),
    )
