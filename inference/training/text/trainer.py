"""Training of the text model. A run stopped at any step and resumed ends with the same weights as one left alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Generic, TypeVar

import torch
from torch import Tensor

from inference.training.common import loop
from inference.training.common.loop import Rounds, descend
from inference.training.text.batches import Batch, collate, plan
from inference.training.text.dataset import Example
from inference.training.text.encoder import MASK_ID, SPECIAL_IDS
from inference.training.text.model import JointModel
from inference.training.text.progress import TextRunFolder, TextRunProgress

Group = TypeVar("Group")
"""What a batch is made of."""


@dataclass(frozen=True)
class TextTrainingPlan:
    """How to train.

    Attributes:
        steps: Optimiser steps in all.
        seed: Decides batches and dropout.
        pieces: Pieces in a batch at most, padding included.
        repeats: How often an epoch reads each source.
        encoder_rate: Peak learning rate of the encoder.
        head_rate: Peak learning rate of the heads.
        warm_up: Share of the steps in which the rates rise; then they fall to 0.
        relation_weight: Weight of the relation loss.
        mention_weight: Weight of the mention loss.
        modality_weight: Weight of the modality losses, of facts and of happenings.
        class_weight: Weight of the loss of the happenings' classes.
        save_every: Seconds between checkpoints.
        bf16: Whether the encoder computes in bfloat16.
        masked: Probability that a piece is hidden from the encoder, so that it does not memorise names.
        pairs_only: Whether only the pair head and the trigger head learn, from the windows that have pairs.
    """

    steps: int
    seed: int = 1
    pieces: int = 2048
    repeats: Mapping[str, float] = field(default_factory=dict)
    encoder_rate: float = 8e-5
    head_rate: float = 1e-3
    warm_up: float = 0.06
    relation_weight: float = 1.0
    mention_weight: float = 8.0
    modality_weight: float = 0.1
    class_weight: float = 0.2
    save_every: float = 120.0
    bf16: bool = False
    masked: float = 0.0
    pairs_only: bool = False


@dataclass(frozen=True)
class TextStepReport:
    """One finished step: mean losses per word and per judged pair."""

    step: int
    mentions: float
    relations: float


def own_bf16() -> bool:
    """Returns whether the processor computes in bfloat16; torch emulates it four times slower than float32."""
    return bool(torch.cpu._is_avx512_bf16_supported())  # noqa: SLF001  torch has no public function for it


def train(
    model: JointModel,
    examples: Sequence[Example],
    how: TextTrainingPlan,
    work: Path,
    report: Callable[[TextStepReport], None],
) -> None:
    """Trains until `how.steps` steps are done, from the checkpoint in `work` if there is one.

    Args:
        model: The model as it starts.
        examples: The training set; the same list on each call.
        how: The plan; its steps, seed and batch size must be those of the checkpoint.
        work: Folder of the checkpoint.
        report: Called after each step.

    Raises:
        CheckpointError: The checkpoint in `work` belongs to another plan.
    """
    if how.pairs_only:
        examples = [example for example in examples if len(example.pairs)]
    descending = _optimizer(model, how)
    folder = TextRunFolder(work, TextRunProgress(0, how.steps, how.seed, how.pieces, 0.0), how.save_every)
    order = Order(lambda epoch: plan(examples, how.repeats, how.pieces, how.seed, epoch))

    def learn(indices: list[int], step: int) -> float:
        losses = model(masked(collate([examples[i] for i in indices], bf16=how.bf16), how.masked))
        loss = how.mention_weight * losses.mentions + how.relation_weight * losses.relations
        loss = loss + how.modality_weight * (losses.modality + losses.trigger_modality)
        loss = loss + how.class_weight * losses.classes
        found = descend(loss, model, descending, norm=1.0)
        report(TextStepReport(step + 1, losses.mentions.item(), losses.relations.item()))
        return found

    # A round is one step: dropout then follows from the seed and the step, wherever the run was stopped.
    rounds = Rounds(
        how.steps, order.batches, learn, how.seed, lambda step: rate(step, how.steps, how.warm_up), folder.due
    )
    loop.train(model, descending, rounds, folder)


class Order(Generic[Group]):
    """The batches of a run in their order, epoch after epoch; asked for steps in ascending order."""

    def __init__(self, planned: Callable[[int], Iterable[Group]]) -> None:
        """Takes what returns the batches of an epoch, by its number from 0."""
        self._plan = planned
        self._first, self._epoch = 0, -1
        self._planned: list[Group] = []

    def batches(self, step: int) -> list[Group]:
        """Returns the one batch of a step."""
        while step >= self._first + len(self._planned):
            self._first += len(self._planned)
            self._epoch += 1
            self._planned = list(self._plan(self._epoch))
        return [self._planned[step - self._first]]


def masked(batch: Batch, share: float) -> Batch:
    """Returns the batch with a share of its pieces hidden; their case remains visible."""
    return replace(batch, ids=hide(batch.ids, batch.mask, share)) if share else batch


def hide(ids: Tensor, mask: Tensor, share: float) -> Tensor:
    """Returns the pieces int [B, P] with a share of them hidden; bool [B, P] `mask` is false on padding."""
    hidden = (torch.rand(ids.shape) < share) & mask
    for special in SPECIAL_IDS:
        hidden &= ids != special
    return ids.masked_fill(hidden, MASK_ID)


def rate(step: int, steps: int, warm_up: float) -> float:
    """Returns the share of the peak rates at a step: they rise for `warm_up` of the steps, then fall to 0."""
    warm = max(1, round(steps * warm_up))
    return min((step + 1) / warm, (steps - step) / max(1, steps - warm))


def _optimizer(model: JointModel, how: TextTrainingPlan) -> torch.optim.AdamW:
    # The word embeddings are frozen: half of all parameters, which so little text could only distort.
    model.encoder.words.weight.requires_grad_(False)
    if how.pairs_only:
        for part in (model.encoder, model.emissions, model.crf):
            part.requires_grad_(False)
    heads = [
        (not name.startswith("encoder.") or name == "encoder.cases.weight", parameter)
        for name, parameter in model.named_parameters()
        if parameter.requires_grad
    ]
    return optimizer((how.head_rate if head else how.encoder_rate, parameter) for head, parameter in heads)


def optimizer(rated: Iterable[tuple[float, torch.nn.Parameter]]) -> torch.optim.AdamW:
    """Returns the optimiser of parameters with their peak rates; vectors do not decay."""
    groups: dict[tuple[float, bool], list[torch.nn.Parameter]] = {}
    for peak, parameter in rated:
        groups.setdefault((peak, parameter.ndim > 1), []).append(parameter)
    return torch.optim.AdamW(
        {"params": parameters, "lr": peak, "weight_decay": 0.01 if decays else 0.0}
        for (peak, decays), parameters in groups.items()
    )
