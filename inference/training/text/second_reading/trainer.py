"""Training of the second reading over the frozen encoder; stopped and resumed, a run ends with the same weights."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from inference.training.common import loop
from inference.training.common.loop import Rounds, descend
from inference.training.text.encoder import Encoder
from inference.training.text.happenings import UNKNOWN
from inference.training.text.model import adaptive_threshold_loss
from inference.training.text.progress import TextRunFolder, TextRunProgress
from inference.training.text.second_reading.network import MARKERS, SecondReading, states
from inference.training.text.second_reading.pairs import Markers, chosen, length
from inference.training.text.trainer import Order, TextStepReport, hide, optimizer, rate

REPEATS = {"annotated": 2.5, "patterns": 0.5, "redocred-dev": 0.4, "knowledgenet": 0.3}
"""Passes over each source in an epoch; no other source is read."""

Rows = npt.NDArray[np.intp]
Chosen = tuple[int, Rows]
"""A window's index, and the rows of its pairs."""


@dataclass(frozen=True)
class SecondPlan:
    """How to train.

    Attributes:
        steps: Optimiser steps in all.
        seed: Decides batches, pairs and dropout.
        tokens: Pieces and markers in a batch at most, padding included.
        repeats: How often an epoch reads each source.
        layer_rate: Peak learning rate of the layers.
        head_rate: Peak learning rate of markers and heads.
        warm_up: Share of the steps in which the rates rise; then they fall to 0.
        modality_weight: Weight of the modality's loss.
        masked: Share of the pieces that are hidden, so that no name is learned by heart.
        save_every: Seconds between checkpoints.
    """

    steps: int
    seed: int = 1
    tokens: int = 1536
    repeats: Mapping[str, float] = field(default_factory=lambda: REPEATS)
    layer_rate: float = 1.5e-4
    head_rate: float = 6e-4
    warm_up: float = 0.06
    modality_weight: float = 0.2
    masked: float = 0.04
    save_every: float = 120.0

    def folder(self, work: Path) -> TextRunFolder:
        """Returns the folder of a run of this plan."""
        return TextRunFolder(work, TextRunProgress(0, self.steps, self.seed, self.tokens, 0.0), self.save_every)

    def begun(self, work: Path) -> int:
        """Returns the steps done in a folder.

        Raises:
            CheckpointError: The folder holds a run of another plan.
        """
        found = self.folder(work).same()
        return found.step if found else 0


def train(
    model: SecondReading,
    encoder: Encoder,
    windows: Sequence[Markers],
    how: SecondPlan,
    *,
    work: Path,
    report: Callable[[TextStepReport], None],
) -> None:
    """Trains until `how.steps` steps are done, from the checkpoint in `work` if there is one.

    Args:
        model: The second reading as it starts.
        encoder: The trained encoder; it is read without dropout and stays as it is.
        windows: The training set; the same list on each call.
        how: The plan; its steps, seed and batch size must be those of the checkpoint.
        work: Folder of the checkpoint.
        report: Called after each step.

    Raises:
        CheckpointError: The checkpoint in `work` belongs to another plan.
    """
    encoder.eval()
    descending = _optimizer(model, how)
    folder = how.folder(work)
    order = Order(lambda epoch: plan(windows, how, epoch))

    def learn(batch: list[Chosen], step: int) -> float:
        relations, modality = losses(model, encoder, [(windows[i], rows) for i, rows in batch], how.masked)
        found = descend(relations + how.modality_weight * modality, model, descending, norm=1.0)
        report(TextStepReport(step + 1, 0.0, relations.item()))
        return found

    rounds = Rounds(
        how.steps, order.batches, learn, how.seed, lambda step: rate(step, how.steps, how.warm_up), folder.due
    )
    loop.train(model, descending, rounds, folder)


def losses(
    model: SecondReading,
    encoder: Encoder,
    batch: Sequence[tuple[Markers, Rows]],
    masked: float = 0.0,
) -> tuple[Tensor, Tensor]:
    """Returns the mean losses of relations, per pair, and of modality, per stated fact."""
    pieces = max(len(window.example.ids) for window, _ in batch)
    most = max(len(rows) for _, rows in batch)
    ids, cases = (np.zeros((len(batch), pieces), np.int64) for _ in range(2))
    kinds, places = (np.zeros((len(batch), most, MARKERS), np.int64) for _ in range(2))
    mask, real = np.zeros((len(batch), pieces), np.bool_), np.zeros((len(batch), most), np.bool_)
    for row, (window, pairs) in enumerate(batch):
        size = len(window.example.ids)
        ids[row, :size], cases[row, :size], mask[row, :size] = window.example.ids, window.example.cases, True
        kinds[row, : len(pairs)], places[row, : len(pairs)] = window.kinds[pairs], window.places[pairs]
        real[row, : len(pairs)] = True
    pieces_there = torch.from_numpy(mask)
    with torch.no_grad():
        hidden = hide(torch.from_numpy(ids), pieces_there, masked)
        seen = states(encoder, model.shape.layers, hidden, torch.from_numpy(cases), pieces_there)
    flat = (torch.from_numpy(each).flatten(1) for each in (kinds, places))
    scores, modality = (each[torch.from_numpy(real)] for each in model(seen, *flat, pieces_there))
    positive, known = (
        torch.from_numpy(np.concatenate([getattr(window.example, name)[pairs] for window, pairs in batch]))
        for name in ("positive", "known")
    )
    said = torch.from_numpy(np.concatenate([window.example.modality[pairs] for window, pairs in batch]))
    stated = said != UNKNOWN
    of_modality = functional.cross_entropy(modality[stated], said[stated]) if stated.any() else scores.new_zeros(())
    return adaptive_threshold_loss(scores, positive, known) / len(scores), of_modality


def plan(windows: Sequence[Markers], how: SecondPlan, epoch: int) -> Iterator[list[Chosen]]:
    """Yields the batches of an epoch: windows of like length, each with the pairs that the epoch reads in it."""
    rng = np.random.default_rng((how.seed, epoch))
    read: list[Chosen] = []
    for index, window in enumerate(windows):
        times = how.repeats.get(window.example.source, 0.0)
        for _ in range(int(times) + (rng.random() < times % 1)):
            rows = chosen(window, rng)
            if len(rows):
                read.append((index, rows))
    # A little noise on the length, so that batches differ between epochs and still hardly need padding.
    read.sort(key=lambda each: length(windows[each[0]], each[1]) + 6 * rng.random())
    groups: list[list[Chosen]] = [[]]
    for each in read:
        longest = max(length(windows[i], rows) for i, rows in (*groups[-1][-1:], each))
        if groups[-1] and (len(groups[-1]) + 1) * longest > how.tokens:
            groups.append([])
        groups[-1].append(each)
    yield from (groups[k] for k in rng.permutation(len(groups)))


def _optimizer(model: SecondReading, how: SecondPlan) -> torch.optim.AdamW:
    return optimizer(
        (how.layer_rate if name.startswith("layers.") else how.head_rate, parameter)
        for name, parameter in model.named_parameters()
    )
