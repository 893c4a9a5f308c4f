"""Training of the link model: passes over what arrived after each snapshot; the best on validation is kept."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from inference.training.common import epochs
from inference.training.common.epochs import Report
from inference.training.common.network_checkpoint import Stand
from inference.training.common.ranks import Ranking, summary
from inference.training.links.batches import Asking
from inference.training.links.losses import Weights, loss
from inference.training.links.model import InductiveLinks
from inference.training.links.ranking import model_score, ranks
from inference.training.links.shape import LinkShape

Tell = Callable[[Report[Ranking]], None]


@dataclass(frozen=True)
class Plan:
    """How to train.

    Attributes:
        epochs: Passes at most.
        batch: Questions in a batch, all of one snapshot.
        rate: Adam's learning rate.
        decay: Weight decay.
        patience: Passes without a better look at the validation snapshot after which training ends; 0 for never.
        judged: Questions of the validation snapshot looked at, the same each time.
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
class About:
    """What a checkpoint says of its run."""

    shape: dict[str, Any]
    plan: dict[str, Any]
    snapshots: tuple[tuple[int, int], ...]


def about(shape: LinkShape, given: Sequence[Asking], valid: Asking, how: Plan) -> About:
    """Returns what a run is told apart from others by."""
    return About(asdict(shape), asdict(how), tuple((len(a.of), len(a.of.asked)) for a in (*given, valid)))


def train(
    shape: LinkShape, given: Sequence[Asking], valid: Asking, how: Plan, work: Path, *, tell: Tell
) -> InductiveLinks:
    """Returns the model that stood best on the validation snapshot; goes on where an earlier run stopped.

    Raises:
        CheckpointError: The work folder holds another run.
    """
    torch.manual_seed(how.seed)
    model = InductiveLinks(shape)
    optimizer = torch.optim.AdamW(model.parameters(), lr=how.rate, weight_decay=how.decay)
    this = about(shape, given, valid, how)
    stand = epochs.resume(work, model, optimizer, this, Stand())
    looked = np.random.default_rng(how.seed).permutation(len(valid.of.asked))[: how.judged].tolist()
    step, began = stand.step, time.monotonic()
    for epoch in range(stand.epoch, how.epochs):
        if how.patience and stand.waited >= how.patience:
            break
        # Seeded epoch by epoch, so that a run that was stopped goes on as if it had not been.
        torch.manual_seed(how.seed * 1_000_003 + epoch)
        draw = np.random.default_rng([how.seed, epoch])
        model.train()
        value = 0.0
        for asking, rows in _batches(given, how.batch, draw):
            found = loss(model, asking, rows, how.weights, draw)
            optimizer.zero_grad(set_to_none=True)
            found.backward()
            optimizer.step()
            step, value = step + 1, float(found.item())
            tell(Report(step, value))
        model.eval()
        ranking = summary(ranks(valid, model_score(model, valid), looked))
        tell(Report(step, value, ranking))
        better = ranking.mrr > stand.best
        seconds, began = stand.seconds + time.monotonic() - began, time.monotonic()
        stand = Stand(epoch + 1, step, max(ranking.mrr, stand.best), seconds, 0 if better else stand.waited + 1)
        if better:
            epochs.save_best(work, model, this)
        epochs.save(work, model, optimizer, this, stand)
    epochs.load_best(work, model)
    model.eval()
    return model


def steps(given: Sequence[Asking], how: Plan) -> int:
    """Returns the steps of a whole run that is not ended early."""
    return how.epochs * sum(-(-len(asking.of.asked) // how.batch) for asking in given)


def _batches(given: Sequence[Asking], size: int, draw: np.random.Generator) -> list[tuple[Asking, list[int]]]:
    """Returns all questions in batches of one snapshot each, in random order."""
    found = []
    for asking in given:
        order = draw.permutation(len(asking.of.asked)).tolist()
        found += [(asking, order[start : start + size]) for start in range(0, len(order), size)]
    return [found[place] for place in draw.permutation(len(found))]
