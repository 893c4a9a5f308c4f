"""The training loop. A run stopped at any step and taken up again ends with the same weights as one left alone."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import torch

from inference.training.common import checkpoint
from inference.training.text.batches import Batch, collate, plan
from inference.training.text.dataset import Example
from inference.training.text.encoder import MASK_ID, SPECIAL_IDS
from inference.training.text.model import JointModel


@dataclass(frozen=True)
class Plan:
    """How to train.

    Attributes:
        steps: Optimiser steps in all.
        seed: Decides batches and dropout.
        pieces: Pieces in a batch at most, padding included.
        repeats: How often an epoch reads each source.
        encoder_rate: Peak learning rate of the encoder.
        head_rate: Peak learning rate of the heads.
        warm_up: Share of the steps in which the rates rise; then they fall to 0.
        relation_weight: Weight of the relation loss beside the mention loss.
        mention_weight: Weight of the mention loss.
        save_every: Seconds between checkpoints.
        bf16: Whether the encoder computes in bfloat16.
        masked: Chance that a piece is hidden from the encoder, so that no name is known by heart.
        pairs_only: Whether only the pair head learns, from the windows that have pairs.
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
    save_every: float = 120.0
    bf16: bool = False
    masked: float = 0.0
    pairs_only: bool = False


@dataclass(frozen=True)
class Report:
    """What the loop says after a step: losses per word and per judged pair."""

    step: int
    mentions: float
    relations: float


def train(
    model: JointModel, examples: Sequence[Example], how: Plan, work: Path, tell: Callable[[Report], None]
) -> None:
    """Trains until `how.steps` steps are done; takes up the checkpoint in `work` if there is one.

    Args:
        model: The model as it starts.
        examples: The training set; the same list on each call.
        how: The plan; its seed and batch size must be those of the checkpoint.
        work: Folder of the checkpoint.
        tell: Called after each step.

    Raises:
        CheckpointError: The checkpoint in `work` belongs to another plan.
    """
    if how.pairs_only:
        examples = [example for example in examples if len(example.pairs)]
    optimizer = _optimizer(model, how)
    begun = checkpoint.read_progress(work)
    if begun is not None:
        if (begun.steps, begun.seed, begun.pieces) != (how.steps, how.seed, how.pieces):
            raise checkpoint.CheckpointError(
                f"{work} holds a run of {begun.steps} steps, seed {begun.seed}, {begun.pieces} pieces a batch; "
                "take it up with the same, or choose another folder"
            )
        checkpoint.load_model(work, model)
        checkpoint.load_optimizer(work, optimizer)
    done = begun.step if begun else 0
    spent = begun.seconds if begun else 0.0
    started = saved = time.monotonic()

    def save(step: int) -> None:
        seconds = spent + time.monotonic() - started
        progress = checkpoint.Progress(step, how.steps, how.seed, how.pieces, seconds)
        checkpoint.save(work, model, optimizer, asdict(progress))

    model.train()
    for step, indices in _steps(examples, how, done):
        # Dropout follows from the seed and the step, so that a resumed run draws what an uninterrupted one draws.
        torch.manual_seed(how.seed * 1_000_003 + step)
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * _rate(step, how)
        losses = model(masked(collate([examples[i] for i in indices], bf16=how.bf16), how.masked))
        loss = how.mention_weight * losses.mentions + how.relation_weight * losses.relations
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        tell(Report(step + 1, losses.mentions.item(), losses.relations.item()))
        if time.monotonic() - saved > how.save_every and step + 1 < how.steps:
            save(step + 1)
            saved = time.monotonic()
    if done < how.steps:
        save(how.steps)
    model.eval()


def masked(batch: Batch, share: float) -> Batch:
    """Returns the batch with a share of its pieces hidden. How they are written, their case, still shows."""
    if not share:
        return batch
    hidden = (torch.rand(batch.ids.shape) < share) & batch.mask
    for special in SPECIAL_IDS:
        hidden &= batch.ids != special
    return replace(batch, ids=batch.ids.masked_fill(hidden, MASK_ID))


def _steps(examples: Sequence[Example], how: Plan, done: int) -> Iterator[tuple[int, list[int]]]:
    """Yields (step, batch) from step `done` on, epoch after epoch."""
    step = epoch = 0
    while step < how.steps:
        for indices in plan(examples, how.repeats, how.pieces, how.seed, epoch):
            if done <= step < how.steps:
                yield step, indices
            step += 1
        epoch += 1


def _rate(step: int, how: Plan) -> float:
    warm = max(1, round(how.steps * how.warm_up))
    return min((step + 1) / warm, (how.steps - step) / max(1, how.steps - warm))


def _optimizer(model: JointModel, how: Plan) -> torch.optim.AdamW:
    # The word embeddings stay as they are: half of all parameters, which so little text could only bend.
    model.encoder.words.weight.requires_grad_(False)
    if how.pairs_only:
        for part in (model.encoder, model.emissions, model.crf):
            part.requires_grad_(False)
    groups: dict[tuple[bool, bool], list[torch.nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            head = not name.startswith("encoder.") or name == "encoder.cases.weight"
            groups.setdefault((head, parameter.ndim > 1), []).append(parameter)
    return torch.optim.AdamW(
        {
            "params": parameters,
            "peak": how.head_rate if head else how.encoder_rate,
            "lr": 0.0,
            "weight_decay": 0.01 if decays else 0.0,
        }
        for (head, decays), parameters in groups.items()
    )
