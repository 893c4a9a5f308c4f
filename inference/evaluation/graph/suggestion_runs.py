"""The runs of the suggestion report: the link model by several seeds, and without one part each; kept."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from inference.evaluation.report import Context
from inference.training.links import run
from inference.training.links.batches import Asking
from inference.training.links.model import InductiveLinks
from inference.training.links.ranking import model_score, ranks
from inference.training.links.run import Given
from inference.training.links.shape import LinkShape
from inference.training.links.trainer import LinkTrainingPlan, run_of, train
from topology.settings import settings

Ranks = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Variant:
    """The link model, or an ablation of it.

    Attributes:
        name: Of its folders.
        title: How tables call it.
        without: Switches of `LinkShape` that are off.
        contrast: Whether the contrastive loss teaches it.
    """

    name: str
    title: str
    without: tuple[str, ...] = ()
    contrast: bool = True


WHOLE = Variant("whole", "whole")
ABLATED = (
    Variant("no-vectors", "without text vectors, and so without neighbours", ("vectors", "neighbours"), contrast=False),
    Variant(
        "no-neighbours", "without attention to neighbours, and so without contrast", ("neighbours",), contrast=False
    ),
    Variant("no-contrast", "without the contrastive loss", contrast=False),
    Variant("no-met", "without joint mentions and common neighbours", ("met",)),
    Variant("no-between", "without the facts between the two", ("between",)),
    Variant("no-popularity", "without activity and roles", ("popularity",)),
    Variant("no-counts", "without the last three: text vectors and neighbours alone", ("met", "between", "popularity")),
)


@dataclass(frozen=True)
class Amount:
    """How much is trained.

    Attributes:
        seeds: Runs of each variant.
        plan: How each is trained.
        hidden: Hidden units of the network over counts.
        young: Whether training is on the validation snapshot alone: a short feed has no older one.
    """

    seeds: int = 3
    plan: LinkTrainingPlan = field(default_factory=LinkTrainingPlan)
    hidden: int = LinkShape.hidden
    young: bool = False


FULL = Amount()
QUICK = Amount(seeds=2, plan=LinkTrainingPlan(epochs=1, judged=20), hidden=8, young=True)


@dataclass(frozen=True)
class Bench:
    """Trains what the report asks for.

    Attributes:
        given: The snapshots.
        amount: How much.
        folder: Where runs are kept.
        log: Called with a line on each run.
    """

    given: Given
    amount: Amount
    folder: Path
    log: Callable[[str], None]

    def model(self, variant: Variant, seed: int) -> InductiveLinks:
        """Returns a trained variant in evaluation mode; what an earlier run kept is not trained again."""
        self.log(f"link model, {variant.title}, seed {seed}")
        shape = replace(run.shape_of(self.given.words), hidden=self.amount.hidden)
        shape = replace(shape, **dict.fromkeys(variant.without, False))
        how = replace(self.amount.plan, seed=seed)
        if not variant.contrast:
            how = replace(how, weights=replace(how.weights, contrast=0.0))
        taught = [self.given.valid] if self.amount.young else self.given.train
        work = self.folder / _key(variant, shape, taught, self.given.valid, how)
        return train(shape, taught, self.given.valid, how, work)

    def ranks(self, variant: Variant, seeds: Sequence[int], rows: Sequence[int]) -> tuple[Ranks, Ranks]:
        """Returns the ranks of the hidden months' questions and of validation's, float [seeds, questions] each.

        Args:
            variant: What to train.
            seeds: A run each.
            rows: Questions of the hidden months.
        """
        looked = range(min(self.amount.plan.judged, len(self.given.valid.of.asked)))
        hidden, valid = [], []
        for seed in seeds:
            model = self.model(variant, seed)
            hidden.append(ranks(self.given.test, model_score(model, self.given.test), rows))
            valid.append(ranks(self.given.valid, model_score(model, self.given.valid), looked))
        return np.stack(hidden), np.stack(valid)


@contextmanager
def bench(given: Given, context: Context) -> Iterator[Bench]:
    """Yields the trainer; its runs are kept under the state folder's `links`, those of the quick form nowhere."""
    if context.quick:
        with TemporaryDirectory() as folder:
            yield Bench(given, QUICK, Path(folder), context.log)
    else:
        yield Bench(given, FULL, settings().state / "links", context.log)


def _key(variant: Variant, shape: LinkShape, taught: Sequence[Asking], valid: Asking, how: LinkTrainingPlan) -> str:
    """Returns a folder's name: no two runs share one."""
    known = json.dumps(asdict(run_of(shape, taught, valid, how)), sort_keys=True)
    return f"{variant.name}-{how.seed}-{hashlib.sha256(known.encode()).hexdigest()[:12]}"
