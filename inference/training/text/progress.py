"""How far a run of the text model has come, and its checkpoints: by time, for its epochs take hours."""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import nn

from inference.training.common import checkpoint
from inference.training.common.checkpoint import NEWEST, CheckpointError
from inference.training.common.run_folder import Nowhere
from inference.training.common.run_state import RunState


@dataclass(frozen=True)
class TextRunProgress:
    """How far a run of the text model has come.

    Attributes:
        step: Optimiser steps done.
        steps: Steps of the whole run.
        seed: The run's seed.
        pieces: Pieces in a batch at most.
        seconds: Training time so far.
    """

    step: int
    steps: int
    seed: int
    pieces: int
    seconds: float


def read_progress(folder: Path) -> TextRunProgress | None:
    """Returns how far the folder's run has come, None if it has not begun."""
    header = checkpoint.read_metadata(folder / NEWEST)
    return None if header is None else TextRunProgress(**json.loads(header["progress"]))


class TextRunFolder(Nowhere):
    """Keeps the newest state of a run; there is no validation split, so nothing is best."""

    def __init__(self, folder: Path, beginning: TextRunProgress, save_every: float) -> None:
        """Opens a folder.

        Args:
            folder: The folder.
            beginning: The run, at step 0.
            save_every: Seconds between checkpoints.
        """
        self._folder, self._beginning = folder, beginning
        self._save_every, self._saved = save_every, time.monotonic()

    def begin(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> RunState:
        """Restores the folder's newest state.

        Raises:
            CheckpointError: The folder holds a run of another plan.
        """
        found = self.same()
        if found is None:
            return RunState()
        checkpoint.load_model(self._folder, model)
        checkpoint.load_optimizer(self._folder, optimizer)
        self._saved = time.monotonic()
        return RunState(epoch=found.step, step=found.step, seconds=found.seconds)

    def same(self) -> TextRunProgress | None:
        """Returns how far the folder's run has come, None if it has not begun.

        Raises:
            CheckpointError: It is a run of another plan.
        """
        found, own = read_progress(self._folder), self._beginning
        if found and (found.steps, found.seed, found.pieces) != (own.steps, own.seed, own.pieces):
            raise CheckpointError(
                f"{self._folder} holds a run of {found.steps} steps, seed {found.seed}, {found.pieces} pieces a batch; "
                "resume it with the same, or choose another folder"
            )
        return found

    def due(self, step: int) -> bool:
        """Returns whether a checkpoint is due after a step, counted from 0: it was the last, or it is time."""
        return step + 1 == self._beginning.steps or time.monotonic() - self._saved > self._save_every

    def keep(self, model: nn.Module, optimizer: torch.optim.Optimizer, state: RunState) -> None:
        """Writes the newest state."""
        own = self._beginning
        progress = TextRunProgress(state.step, own.steps, own.seed, own.pieces, state.seconds)
        checkpoint.save(self._folder, model, optimizer, asdict(progress))
        self._saved = time.monotonic()
