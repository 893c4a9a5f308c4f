"""Training of any relation model: AdamW, linear warm-up and decay, a checkpoint an epoch to go on from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from inference.research.relformer.checkpoint import RelationRun
from inference.research.relformer.data.examples import PairData
from inference.research.relformer.metrics import Scores, score
from inference.research.relformer.model import RelationModel
from inference.research.relformer.tensors import Tensors
from inference.training.common import loop
from inference.training.common.loop import Rounds, StepReport, Validation, descend, ignore, steps_of
from inference.training.common.run_folder import InFolder, Nowhere

MEASURE_ROWS = 128


@dataclass(frozen=True)
class RelationTrainingPlan:
    """How to train; the defaults are the paper's.

    Attributes:
        epochs: Passes over the data.
        batch: Pairs in a batch.
        rate: Peak learning rate.
        warmup: Share of the steps in which the rate rises.
        decay: Weight decay.
        norm: Largest norm of the gradients.
        seed: Decides weights, batches and dropout.
    """

    epochs: int = 60
    batch: int = 32
    rate: float = 2e-5
    warmup: float = 0.01
    decay: float = 0.01
    norm: float = 1.0
    seed: int = 1


def train(
    model: RelationModel,
    data: PairData,
    how: RelationTrainingPlan,
    report: Callable[[StepReport[Scores]], None] = ignore,
    *,
    valid: tuple[PairData, int] | None = None,
    work: Path | None = None,
    run: RelationRun | None = None,
    change: Callable[[Tensors], Tensors] = lambda batch: batch,
) -> None:
    """Trains a model in place; with a work folder it goes on where an earlier run of the same plan stopped.

    The result is the same whether or not it was stopped in between. With a validation split and a work folder, the best
    epoch's weights are kept as the folder's `best.safetensors`, and the model ends with them.

    Args:
        model: The model, on the device to train on.
        data: Training pairs.
        how: The plan.
        report: Called after each step.
        valid: Validation pairs and the id of the class without a relation.
        work: Folder for checkpoints.
        run: What their headers say; needed with a work folder.
        change: Applied to every batch of training.
    """
    optimizer = torch.optim.AdamW(model.parameters(), lr=how.rate, weight_decay=how.decay)
    device = next(model.parameters()).device

    def batches(_epoch: int) -> Sequence[Tensor]:
        found: Sequence[Tensor] = torch.randperm(len(data)).split(how.batch)
        return found

    def learn(rows: Tensor, _step: int) -> float:
        return descend(model.loss(change(data.batch(rows)).to(device)), model, optimizer, how.norm)

    schedule = _linear(steps_of(len(data), how.epochs, how.batch), how.warmup)
    loop.train(
        model,
        optimizer,
        Rounds(how.epochs, batches, learn, how.seed, schedule),
        InFolder(work, run) if work and run else Nowhere(),
        validation=Validation(lambda: score_of(model, *valid), lambda scores: scores.tally.f1) if valid else None,
        report=report,
    )


def _linear(steps: int, warmup: float) -> Callable[[int], float]:
    """Returns the share of the peak rate by step: it rises for a share `warmup` of the steps, then falls to 0."""
    rising = warmup * steps

    def rate(step: int) -> float:
        return (step + 1) / max(1.0, rising) if step < rising else max(0.0, (steps - step) / max(1.0, steps - rising))

    return rate


def predict(model: RelationModel, data: PairData) -> tuple[list[int], list[int]]:
    """Returns the right relations of all pairs, and the model's."""
    model.eval()
    gold: list[int] = []
    found: list[int] = []
    device = next(model.parameters()).device
    with torch.no_grad():
        for rows in torch.arange(len(data)).split(MEASURE_ROWS):
            batch = data.batch(rows)
            scores: Tensor = model(batch.to(device))
            gold += batch.labels.tolist()
            found += scores.argmax(dim=1).tolist()
    return gold, found


def score_of(model: RelationModel, data: PairData, nothing: int) -> Scores:
    """Measures a model on pairs; `nothing` is the id of the class without a relation."""
    return score(*predict(model, data), nothing)
