"""Training of a session model or one it is compared with: Adam, a linear schedule, binary cross-entropy.

A plan may add a ranking loss: cross-entropy of the answer among the candidates.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from inference.training.common import loop
from inference.training.common.loop import Rounds, StepReport, Validation, descend, ignore
from inference.training.common.run_folder import InFolder
from inference.training.next_entity.batch import Batch
from inference.training.next_entity.interests import Interests, annealed

OnStep = Callable[[StepReport[float]], None]
RATES: Mapping[str, float] = {"language": 1e-3, "common-sense": 3e-4, "visual": 3e-4}


class Questions(Protocol):
    """Where training questions come from."""

    def __len__(self) -> int:
        """Returns their number."""

    def training(self, rows: np.ndarray, negatives: int, rng: np.random.Generator) -> Batch:
        """Returns some of them; the answer is the first candidate."""


@dataclass(frozen=True)
class SessionTrainingPlan:
    """How to train.

    Attributes:
        epochs: Epochs at most, with a look at the validation split after each.
        questions: Training questions in an epoch at most; each epoch draws its own.
        batch: Questions in a batch.
        negatives: Wrong candidates of each question.
        rates: Peak learning rate of each modality's encoder.
        rate: That of all else.
        decay: Weight decay.
        patience: Epochs without a better one after which training ends; 0 for never.
        seed: Decides weights, batches and dropout.
        ranking: Weight of the ranking loss, where the binary one has 1; None for no ranking loss.
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
class SessionRun:
    """What the header of a run's checkpoints says; a folder is resumed by the same run only.

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
    how: SessionTrainingPlan,
    *,
    work: Path,
    run: SessionRun,
    report: OnStep = ignore,
) -> float:
    """Trains a model in place, or goes on where an earlier run in the folder stopped; the outcome is the same.

    The model ends with the weights that scored best on the validation split, which may be those it started with.

    Args:
        model: The untrained model.
        questions: The training questions.
        judge: Returns a model's score on the validation split; higher is better.
        how: The plan.
        work: Folder for checkpoints.
        run: What their headers say.
        report: Called after each step.

    Returns:
        The best score.

    Raises:
        CheckpointError: The folder holds another run.
    """
    optimizer = torch.optim.Adam(_groups(model, how), weight_decay=how.decay)
    steps = how.steps(len(questions))

    def batches(epoch: int) -> list[_Batch]:
        draw = np.random.default_rng((how.seed, epoch))
        order = draw.permutation(len(questions))[: how.questions]
        return [_Batch(order[n * how.batch : (n + 1) * how.batch], draw) for n in range(steps)]

    def learn(batch: _Batch, step: int) -> float:
        _cool(model, step / (how.epochs * steps))
        return _step(model, questions.training(batch.rows, how.negatives, batch.draw), optimizer, how.ranking)

    state = loop.train(
        model,
        optimizer,
        Rounds(how.epochs, batches, learn, how.seed, schedule=lambda step: 1 - step / (how.epochs * steps)),
        InFolder(work, run),
        validation=Validation(lambda: judge(model), float, how.patience, at_start=True),
        report=report,
    )
    return state.best


@dataclass(frozen=True)
class _Batch:
    """Numbers of questions, and the generator that draws their other candidates."""

    rows: npt.NDArray[np.int64]
    draw: np.random.Generator


def run_of(model: str, data: tuple[str, int, int], shape: Any, how: SessionTrainingPlan) -> SessionRun:
    """Returns what the headers of a run's checkpoints say."""
    return SessionRun(model, data, plain(shape), plain(how))


def plain(settings: Any) -> dict[str, Any]:
    """Returns the fields of settings, without those that are None: runs from before these existed stay the same."""
    return asdict(settings, dict_factory=lambda pairs: {name: value for name, value in pairs if value is not None})


def _groups(model: nn.Module, how: SessionTrainingPlan) -> list[dict[str, object]]:
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
    # An item must not count as wrong for being drawn often: noise-contrastive estimation (Gutmann and Hyvärinen 2010).
    drawn = torch.log(torch.from_numpy(batch.expected))
    loss = functional.binary_cross_entropy_with_logits(scores - drawn, right)
    if ranking is not None:
        answer = torch.zeros(len(scores), dtype=torch.int64)
        loss = loss + ranking * functional.cross_entropy(scores - drawn, answer)
    return descend(loss, model, optimizer, norm=5.0)
