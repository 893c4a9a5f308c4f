"""Training of the link model on what arrived after each snapshot; the best weights on the validation snapshot win."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from inference.training.common import loop
from inference.training.common.loop import Rounds, StepReport, Validation, descend, ignore
from inference.training.common.ranks import Ranking, summary
from inference.training.common.run_folder import InFolder
from inference.training.links.batches import Asking
from inference.training.links.losses import Weights, loss
from inference.training.links.model import InductiveLinks
from inference.training.links.ranking import model_score, ranks
from inference.training.links.shape import LinkShape

OnStep = Callable[[StepReport[Ranking]], None]


@dataclass(frozen=True)
class LinkTrainingPlan:
    """How to train.

    Attributes:
        epochs: Passes at most.
        batch: Questions in a batch, all of one snapshot.
        rate: Adam's learning rate.
        decay: Weight decay.
        patience: Passes without a better score on the validation snapshot after which training ends; 0 for never.
        judged: Questions of the validation snapshot that are asked, the same each time.
        seed: Decides weights, batches, candidates and dropout.
        weights: Of the losses.
    """

    epochs: int = 10
    batch: int = 16
    rate: float = 2e-3
    decay: float = 1e-2
    patience: int = 2
    judged: int = 600
    seed: int = 1
    weights: Weights = field(default_factory=Weights)


@dataclass(frozen=True)
class LinkRun:
    """What the header of a run's checkpoints says; a folder is resumed by the same run only."""

    shape: dict[str, Any]
    plan: dict[str, Any]
    snapshots: tuple[tuple[int, int], ...]


def run_of(shape: LinkShape, given: Sequence[Asking], valid: Asking, how: LinkTrainingPlan) -> LinkRun:
    """Returns what the headers of a run's checkpoints say."""
    return LinkRun(asdict(shape), asdict(how), tuple((len(a.of), len(a.of.asked)) for a in (*given, valid)))


def train(
    shape: LinkShape,
    given: Sequence[Asking],
    valid: Asking,
    how: LinkTrainingPlan,
    work: Path,
    *,
    report: OnStep = ignore,
) -> InductiveLinks:
    """Returns the model that scored best on the validation snapshot; goes on where an earlier run stopped.

    Raises:
        CheckpointError: The work folder holds another run.
    """
    torch.manual_seed(how.seed)
    model = InductiveLinks(shape)
    optimizer = torch.optim.AdamW(model.parameters(), lr=how.rate, weight_decay=how.decay)
    judged = np.random.default_rng(how.seed).permutation(len(valid.of.asked))[: how.judged].tolist()

    def batches(epoch: int) -> list[_Batch]:
        draw = np.random.default_rng([how.seed, epoch])
        return [_Batch(asking, rows, draw) for asking, rows in _batches(given, how.batch, draw)]

    def learn(batch: _Batch, _step: int) -> float:
        return descend(loss(model, batch.asking, batch.rows, how.weights, batch.draw), model, optimizer)

    def judge() -> Ranking:
        return summary(ranks(valid, model_score(model, valid), judged))

    loop.train(
        model,
        optimizer,
        Rounds(how.epochs, batches, learn, seed=how.seed),
        InFolder(work, run_of(shape, given, valid, how)),
        validation=Validation(judge, lambda ranking: ranking.mrr, how.patience),
        report=report,
    )
    return model


@dataclass(frozen=True)
class _Batch:
    """Questions of one snapshot, and the generator that draws their candidates."""

    asking: Asking
    rows: list[int]
    draw: np.random.Generator


def steps(given: Sequence[Asking], how: LinkTrainingPlan) -> int:
    """Returns the steps of a whole run that is not ended early."""
    return how.epochs * sum(-(-len(asking.of.asked) // how.batch) for asking in given)


def _batches(given: Sequence[Asking], size: int, draw: np.random.Generator) -> list[tuple[Asking, list[int]]]:
    """Returns all questions in batches of one snapshot each, in random order."""
    found = []
    for asking in given:
        order = draw.permutation(len(asking.of.asked)).tolist()
        found += [(asking, order[start : start + size]) for start in range(0, len(order), size)]
    return [found[place] for place in draw.permutation(len(found))]
