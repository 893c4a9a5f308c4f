"""Where runs are kept: in a folder to resume from, in memory, or nowhere.

A folder holds the newest state (`checkpoint.NEWEST`) and the weights that scored best (`BEST`). The header of each says
which run it belongs to, as the plain values of a dataclass of the trainer.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from inference.training.common import checkpoint
from inference.training.common.checkpoint import NEWEST, CheckpointError
from inference.training.common.run_state import RunState

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

BEST = "best.safetensors"


def load_best(folder: Path, model: nn.Module) -> None:
    """Puts a folder's best weights into a model.

    Raises:
        CheckpointError: The folder holds none.
    """
    if not (folder / BEST).is_file():
        raise CheckpointError(f"{folder} holds no {BEST}: no epoch of its run was finished")
    model.load_state_dict(load_file(folder / BEST))


def read_run(folder: Path, command: str) -> dict[str, Any]:
    """Returns what the header of a folder's best weights says of their run.

    Args:
        folder: The folder of a run.
        command: The `triplewire train` command that makes such a run, for the error message.

    Raises:
        CheckpointError: The folder holds no weights.
    """
    header = checkpoint.read_metadata(folder / BEST)
    if header is None:
        raise CheckpointError(f"{folder} holds no {BEST}; `triplewire train {command} --work {folder}` makes it")
    found: dict[str, Any] = json.loads(header["about"])
    return found


class InFolder:
    """Keeps the newest state and the best weights; a run that was stopped goes on from there."""

    def __init__(self, folder: Path, run: "DataclassInstance") -> None:
        """Names the folder and the run, in plain values; a checkpoint of any other run is refused."""
        self._folder, self._run = folder, asdict(run)

    def begin(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> RunState:
        """Restores the folder's newest state.

        Raises:
            CheckpointError: The folder holds another run.
        """
        header = checkpoint.read_metadata(self._folder / NEWEST)
        if header is None:
            return RunState()
        progress = json.loads(header["progress"])
        if progress["about"] != json.loads(json.dumps(self._run)):
            raise CheckpointError(f"{self._folder} holds a run of another model, data or plan; choose another --work")
        checkpoint.load_model(self._folder, model)
        checkpoint.load_optimizer(self._folder, optimizer)
        return RunState(**progress["stand"])

    def keep_best(self, model: nn.Module) -> None:
        """Writes the weights; a kill at any moment leaves the old file or the new one whole."""
        self._folder.mkdir(parents=True, exist_ok=True)
        tensors = {name: tensor.detach().contiguous().clone() for name, tensor in model.state_dict().items()}
        partial = self._folder / "best.partial"
        save_file(tensors, partial, metadata={"about": json.dumps(self._run)})
        partial.replace(self._folder / BEST)

    def keep(self, model: nn.Module, optimizer: torch.optim.Optimizer, state: RunState) -> None:
        """Writes the newest state; a kill at any moment leaves the old file or the new one whole."""
        checkpoint.save(self._folder, model, optimizer, {"about": self._run, "stand": asdict(state)})

    def end(self, model: nn.Module) -> None:
        """Puts the best weights into the model."""
        load_best(self._folder, model)


class Nowhere:
    """Keeps nothing: the model ends with its last weights."""

    def begin(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> RunState:  # noqa: ARG002
        """Returns the beginning."""
        return RunState()

    def keep_best(self, model: nn.Module) -> None:
        """Keeps nothing."""

    def keep(self, model: nn.Module, optimizer: torch.optim.Optimizer, state: RunState) -> None:
        """Keeps nothing."""

    def end(self, model: nn.Module) -> None:
        """Leaves the model as it is."""


class InMemory(Nowhere):
    """Keeps the best weights until the run ends."""

    def __init__(self) -> None:
        """Starts without weights."""
        self._best: dict[str, Tensor] = {}

    def keep_best(self, model: nn.Module) -> None:
        """Copies the weights."""
        self._best = {name: tensor.clone() for name, tensor in model.state_dict().items()}

    def end(self, model: nn.Module) -> None:
        """Puts the best weights into the model."""
        model.load_state_dict(self._best)
