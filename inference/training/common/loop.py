"""The training loop of every model: rounds of steps, a schedule, a look at the validation split, checkpoints, resuming.

A round is what a run resumes at: an epoch, or for the text model, whose epochs take hours, a single step. Each round is
seeded by its number, so a run that was stopped ends with the same weights as one that was not.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

import torch
from torch import Tensor, nn

from inference.training.common.run_state import RunState

Valid = TypeVar("Valid", covariant=True)  # noqa: PLC0105  one word for it everywhere
Batch = TypeVar("Batch")

_SEED_STRIDE = 1_000_003
"""Keeps the rounds of runs with neighbouring seeds apart."""


@dataclass(frozen=True)
class StepReport(Generic[Valid]):
    """One finished step.

    Attributes:
        step: Steps done.
        loss: The batch's loss.
        valid: The model's scores on the validation split, after a step at which it was evaluated.
    """

    step: int
    loss: float
    valid: Valid | None = None


@dataclass(frozen=True)
class Rounds(Generic[Batch]):
    """What a model learns from.

    Attributes:
        count: Rounds of the whole run.
        batches: Returns the batches of a round, by its number from 0; random draws in it follow from the seed.
        learn: Does the optimiser step of a batch, given the number of steps before it; returns the loss.
        seed: Seeds each round; None leaves the generators as they are, for runs that are never resumed.
        schedule: Factor of every learning rate, by the number of steps before; None for constant rates.
        ends: Whether a round, by its number, ends with a look at the validation split, if there is one, and a
            checkpoint; by default every round does.
    """

    count: int
    batches: Callable[[int], Sequence[Batch]]
    learn: Callable[[Batch, int], float]
    seed: int | None = None
    schedule: Callable[[int], float] | None = None
    ends: Callable[[int], bool] = lambda _round: True


@dataclass(frozen=True)
class Validation(Generic[Valid]):
    """How the best weights are found.

    Attributes:
        judge: Scores the model, which is in evaluation mode, on the validation split.
        score: What of that is compared; higher is better.
        patience: Looks without a better score after which training ends; 0 for never.
        at_start: Whether the untrained model is judged, too, and may stay the best.
        always_newest: Whether the newest weights count as the best: for data without a validation split.
    """

    judge: Callable[[], Valid]
    score: Callable[[Valid], float]
    patience: int = 0
    at_start: bool = False
    always_newest: bool = False


class Keeper(Protocol):
    """Where a run's checkpoints are kept; see `run_folder`."""

    def begin(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> RunState:
        """Restores the newest checkpoint, if there is one; returns how far the run has come."""

    def keep_best(self, model: nn.Module) -> None:
        """Keeps the weights as the best so far."""

    def keep(self, model: nn.Module, optimizer: torch.optim.Optimizer, state: RunState) -> None:
        """Writes a checkpoint."""

    def end(self, model: nn.Module) -> None:
        """Puts the best weights into the model."""


def ignore(_report: StepReport[object]) -> None:
    """Reports to nobody."""


def train(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    rounds: Rounds[Batch],
    keeper: Keeper,
    *,
    validation: Validation[Valid] | None = None,
    report: Callable[[StepReport[Valid]], None] = ignore,
) -> RunState:
    """Trains a model in place, from its newest checkpoint if there is one, and leaves it in evaluation mode.

    With a validation split the model ends with the weights that scored best on it, without one with the last.

    Args:
        model: The untrained model.
        optimizer: An optimiser of its parameters, with their peak learning rates.
        rounds: What is learned, in which order.
        keeper: Where checkpoints are kept.
        validation: How the best weights are found; None if there is no validation split.
        report: Called after each step.

    Returns:
        The run's state at its end.

    Raises:
        CheckpointError: The keeper's checkpoint belongs to another run.
    """
    run = _Run(model, optimizer, rounds, keeper, validation, report)
    run.begin()
    for number in range(run.state.epoch, rounds.count):
        if validation and run.state.waited >= validation.patience > 0:
            break
        loss = run.learn(number)
        if rounds.ends(number):
            run.look(number, loss)
    if validation:
        keeper.end(model)
    model.eval()
    return run.state


@dataclass
class _Run(Generic[Batch, Valid]):
    """A run in progress: the arguments of `train`, and how far it has come."""

    model: nn.Module
    optimizer: torch.optim.Optimizer
    rounds: Rounds[Batch]
    keeper: Keeper
    validation: Validation[Valid] | None
    report: Callable[[StepReport[Valid]], None]

    def begin(self) -> None:
        """Restores the newest checkpoint; judges a model that has none, if that is wanted."""
        self.peaks = [group["lr"] for group in self.optimizer.param_groups]
        self.state = self.keeper.begin(self.model, self.optimizer)
        self.step, self.began = self.state.step, time.monotonic()
        if self.validation and self.validation.at_start and self.state == RunState():
            self.model.eval()
            self.state = RunState(best=self.validation.score(self.validation.judge()))
            self.keeper.keep_best(self.model)

    def learn(self, number: int) -> float:
        """Does the steps of a round; returns the last loss, which is not reported yet if the model is judged next."""
        if self.rounds.seed is not None:
            torch.manual_seed(self.rounds.seed * _SEED_STRIDE + number)
        self.model.train()
        batches, loss = self.rounds.batches(number), 0.0
        judged_next = self.validation is not None and self.rounds.ends(number)
        for place, batch in enumerate(batches, 1):
            if self.rounds.schedule is not None:
                for group, peak in zip(self.optimizer.param_groups, self.peaks, strict=True):
                    group["lr"] = peak * self.rounds.schedule(self.step)
            loss = self.rounds.learn(batch, self.step)
            self.step += 1
            if place < len(batches) or not judged_next:
                self.report(StepReport(self.step, loss))
        return loss

    def look(self, number: int, loss: float) -> None:
        """Judges the model and writes a checkpoint."""
        state, better = replace(self.state, epoch=number + 1, step=self.step), False
        if self.validation:
            self.model.eval()
            valid = self.validation.judge()
            self.report(StepReport(self.step, loss, valid))
            score = self.validation.score(valid)
            better = score > state.best or self.validation.always_newest
            state = replace(state, best=max(score, state.best), waited=0 if better else state.waited + 1)
        now = time.monotonic()
        self.state, self.began = replace(state, seconds=state.seconds + now - self.began), now
        # The best weights first: after a kill in between, the rounds since the checkpoint repeat with the same outcome.
        if better:
            self.keeper.keep_best(self.model)
        self.keeper.keep(self.model, self.optimizer, self.state)


def descend(loss: Tensor, model: nn.Module, optimizer: torch.optim.Optimizer, norm: float | None = None) -> float:
    """Does one optimiser step; returns the loss.

    Args:
        loss: float [].
        model: Its gradients are clipped.
        optimizer: An optimiser of its parameters.
        norm: Largest norm of all gradients together; None for no clipping.
    """
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    if norm is not None:
        nn.utils.clip_grad_norm_(model.parameters(), norm)
    optimizer.step()
    return float(loss.item())


def steps_of(items: int, epochs: int, batch: int) -> int:
    """Returns the optimiser steps of a run that is not ended early."""
    return epochs * -(-items // batch)
