"""Training of any relation model: AdamW, linear warm-up and decay, a checkpoint an epoch to go on from."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from inference.research.relformer.checkpoint import About
from inference.research.relformer.data.examples import PairData
from inference.research.relformer.metrics import Scores, score
from inference.research.relformer.model import RelationModel
from inference.research.relformer.tensors import Tensors
from inference.training.common import epochs
from inference.training.common.epochs import Report, Stand, steps_of

MEASURE_ROWS = 128


@dataclass(frozen=True)
class Plan:
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
    how: Plan,
    tell: Callable[[Report[Scores]], None] = lambda _: None,
    *,
    valid: tuple[PairData, int] | None = None,
    work: Path | None = None,
    about: About | None = None,
    change: Callable[[Tensors], Tensors] = lambda batch: batch,
) -> None:
    """Trains a model in place; with a work folder it goes on where an earlier run of the same plan stopped.

    The result is the same whether or not it was stopped in between. With a validation split and a work folder, the best
    epoch's weights are kept as the folder's `best.safetensors`, and the model has them in the end.

    Args:
        model: The model, on the device to train on.
        data: Training pairs.
        how: The plan.
        tell: Called after each step.
        valid: Validation pairs and the id of the class without a relation.
        work: Folder for checkpoints.
        about: What the checkpoints say of the model; needed with a work folder.
        change: Applied to every batch of training.
    """
    optimizer = torch.optim.AdamW(model.parameters(), lr=how.rate, weight_decay=how.decay)
    steps = steps_of(len(data), how.epochs, how.batch)
    share = _linear(steps, how.warmup)
    stand = epochs.resume(work, model, optimizer, about, Stand()) if work and about else Stand()
    began = time.monotonic()
    device, step, best = next(model.parameters()).device, stand.step, stand.best
    for epoch in range(stand.epoch, how.epochs):
        # Seeded epoch by epoch, so that a run that was stopped goes on as if it had not been.
        torch.manual_seed(how.seed * 1_000_003 + epoch)
        model.train()
        batches = torch.randperm(len(data)).split(how.batch)
        loss = 0.0
        for number, rows in enumerate(batches):
            for group in optimizer.param_groups:
                group["lr"] = how.rate * share(step)
            loss = _step(model, change(data.batch(rows)).to(device), optimizer, how.norm)
            step += 1
            if number + 1 < len(batches):
                tell(Report(step, loss))
        scores = score_of(model, *valid) if valid else None
        tell(Report(step, loss, scores))
        if work and about:
            seconds = stand.seconds + time.monotonic() - began
            if scores is not None and scores.tally.f1 > best:
                best = scores.tally.f1
                epochs.save_best(work, model, about)
            epochs.save(work, model, optimizer, about, Stand(epoch + 1, step, best, seconds))
    if work and about and valid:
        epochs.load_best(work, model)
    model.eval()


def _step(model: RelationModel, batch: Tensors, optimizer: torch.optim.Optimizer, norm: float) -> float:
    loss = model.loss(batch)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), norm)
    optimizer.step()
    return float(loss.item())


def _linear(steps: int, warmup: float) -> Callable[[int], float]:
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
