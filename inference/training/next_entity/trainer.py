"""Training of a session model or one it is compared with: Adam, a linear schedule, binary cross-entropy.

Beside it, where a plan says so, a ranking loss: cross-entropy of the answer among the candidates.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from inference.training.common import epochs
from inference.training.common.epochs import Report
from inference.training.common.network_checkpoint import Stand
from inference.training.next_entity.batch import Batch
from inference.training.next_entity.interests import Interests, annealed

Tell = Callable[[Report[float]], None]
RATES: Mapping[str, float] = {"language": 1e-3, "common-sense": 3e-4, "visual": 3e-4}


class Questions(Protocol):
    """Where training questions come from."""

    def __len__(self) -> int:
        """Returns their number."""

    def training(self, rows: np.ndarray, negatives: int, rng: np.random.Generator) -> Batch:
        """Returns some, the answer being the first candidate."""


@dataclass(frozen=True)
class Plan:
    """How to train.

    Attributes:
        epochs: Looks at the validation split, one after each epoch.
        questions: Training questions in an epoch at most; each epoch draws its own.
        batch: Questions in a batch.
        negatives: Other candidates beside each answer.
        rates: Peak learning rate of each modality's encoder.
        rate: That of all else.
        decay: Weight decay.
        patience: Epochs without a better one after which training ends; 0 for never.
        seed: Decides weights, batches and dropout.
        ranking: What the ranking loss weighs beside the binary one; None for without it.
    """

    epochs: int = 10
    questions: int = 50_000
    batch: int = 512
    negatives: int = 8
    rates: Mapping[str, float] = field(default_factory=lambda: dict(RATES))
    rate: float = 1e-3
    decay: float = 0.0
    patience: int = 3
    seed: int = 1
    ranking: float | None = None

    def steps(self, questions: int) -> int:
        """Returns the steps of an epoch, of so many questions in all."""
        return -(-min(questions, self.questions) // self.batch)


@dataclass(frozen=True)
class About:
    """What a checkpoint says of its run, in plain values.

    Attributes:
        model: Name of the model.
        data: Name of the set, its items, its training questions.
        shape: Sizes.
        plan: The plan.
    """

    model: str
    data: tuple[str, int, int]
    shape: dict[str, Any]
    plan: dict[str, Any]


def train(
    model: nn.Module,
    questions: Questions,
    judge: Callable[[nn.Module], float],
    how: Plan,
    *,
    work: Path,
    about: About,
    tell: Tell = lambda _: None,
) -> float:
    """Trains a model in place, or goes on where an earlier run in the folder stopped; the outcome is the same.

    The weights that stood best on the validation split are the model's in the end; as it starts it is looked at, too.

    Args:
        model: The model as it starts.
        questions: What is learnt from.
        judge: Returns how a model stands on the validation split; higher is better.
        how: The plan.
        work: Folder for checkpoints.
        about: What they say.
        tell: Called after each step.

    Returns:
        How the best stood.

    Raises:
        CheckpointError: The folder holds another run.
    """
    optimizer = torch.optim.Adam(_groups(model, how), weight_decay=how.decay)
    peaks = [group["lr"] for group in optimizer.param_groups]
    stand = epochs.resume(work, model, optimizer, about, Stand())
    began, steps = time.monotonic(), how.steps(len(questions))
    if not stand.epoch and stand.best < 0:
        stand = Stand(best=judge(model))
        epochs.save_best(work, model, about)
    for epoch in range(stand.epoch, how.epochs):
        if how.patience and stand.waited >= how.patience:
            break
        # Seeded epoch by epoch, so that a run that was stopped goes on as if it had not been.
        torch.manual_seed(how.seed * 1_000_003 + epoch)
        rng = np.random.default_rng((how.seed, epoch))
        order = rng.permutation(len(questions))[: how.questions]
        model.train()
        for number in range(steps):
            step = epoch * steps + number
            for group, peak in zip(optimizer.param_groups, peaks, strict=True):
                group["lr"] = peak * (1 - step / (how.epochs * steps))
            _cool(model, step / (how.epochs * steps))
            batch = questions.training(order[number * how.batch : (number + 1) * how.batch], how.negatives, rng)
            loss = _step(model, batch, optimizer, how.ranking)
            if number + 1 < steps:
                tell(Report(step + 1, loss))
        found = judge(model)
        tell(Report((epoch + 1) * steps, loss, found))
        better = found > stand.best
        seconds = stand.seconds + time.monotonic() - began
        began = time.monotonic()
        waited = 0 if better else stand.waited + 1
        stand = Stand(epoch + 1, (epoch + 1) * steps, max(found, stand.best), seconds, waited)
        # The best weights first: a kill in between repeats the epoch, with the same outcome.
        if better:
            epochs.save_best(work, model, about)
        epochs.save(work, model, optimizer, about, stand)
    epochs.load_best(work, model)
    model.eval()
    return stand.best


def about(model: str, data: tuple[str, int, int], shape: Any, how: Plan) -> About:
    """Returns what a run's checkpoints say."""
    return About(model, data, plain(shape), plain(how))


def plain(settings: Any) -> dict[str, Any]:
    """Returns the fields of settings; what is None is left out, so that a run from before it existed is the same."""
    return asdict(settings, dict_factory=lambda pairs: {name: value for name, value in pairs if value is not None})


def _groups(model: nn.Module, how: Plan) -> list[dict[str, object]]:
    if hasattr(model, "groups"):
        found: list[dict[str, object]] = model.groups(how.rates, how.rate)
        return found
    return [{"params": list(model.parameters()), "lr": how.rate}]


def _cool(model: nn.Module, done: float) -> None:
    for module in model.modules():
        if isinstance(module, Interests):
            module.temperature = annealed(done)


def _step(model: nn.Module, batch: Batch, optimizer: torch.optim.Optimizer, ranking: float | None) -> float:
    scores = model(batch)
    right = torch.from_numpy(batch.right).to(scores.dtype)
    # What is drawn often must not count as wrong for that: noise-contrastive estimation (Gutmann and Hyvärinen 2010).
    drawn = torch.log(torch.from_numpy(batch.expected))
    loss = functional.binary_cross_entropy_with_logits(scores - drawn, right)
    if ranking is not None:
        answer = torch.zeros(len(scores), dtype=torch.int64)
        loss = loss + ranking * functional.cross_entropy(scores - drawn, answer)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 5.0)
    optimizer.step()
    return float(loss.item())
