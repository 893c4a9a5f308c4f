"""Training by epochs: what is told of it, how far a run has come, and the checkpoints that it goes on from.

A folder holds a run's newest state and the weights that stood best; the header of each says what model it is.
"""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from inference.training.common import checkpoint
from inference.training.common.checkpoint import NEWEST, CheckpointError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

BEST = "best.safetensors"


@dataclass(frozen=True)
class Stand:
    """How far a run has come.

    Attributes:
        epoch: Epochs done.
        step: Steps done.
        best: Best score on the validation split so far; -1 before the first.
        seconds: Training time so far.
    """

    epoch: int = 0
    step: int = 0
    best: float = -1.0
    seconds: float = 0.0


AnyStand = TypeVar("AnyStand", bound=Stand)
Valid = TypeVar("Valid")


@dataclass(frozen=True)
class Report(Generic[Valid]):
    """A step that was done.

    Attributes:
        step: Steps done.
        loss: The batch's loss.
        valid: How the model does on the validation split, after a step at which that was looked at.
    """

    step: int
    loss: float
    valid: Valid | None = None


def steps_of(items: int, epochs: int, batch: int) -> int:
    """Returns the optimiser steps of a whole run that is not ended early."""
    return epochs * -(-items // batch)


def save(
    folder: Path, model: nn.Module, optimizer: torch.optim.Optimizer, about: "DataclassInstance", stand: Stand
) -> None:
    """Writes a run's newest state; a kill at any moment leaves the old one or the new one whole."""
    checkpoint.save(folder, model, optimizer, {"about": asdict(about), "stand": asdict(stand)})


def save_best(folder: Path, model: nn.Module, about: "DataclassInstance") -> None:
    """Writes the weights alone, those that stood best."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.detach().contiguous().clone() for name, tensor in model.state_dict().items()}
    partial = folder / "best.partial"
    save_file(tensors, partial, metadata={"about": json.dumps(asdict(about))})
    partial.replace(folder / BEST)


def load_best(folder: Path, model: nn.Module) -> None:
    """Puts the best weights into a model."""
    model.load_state_dict(load_file(folder / BEST))


def resume(
    folder: Path, model: nn.Module, optimizer: torch.optim.Optimizer, about: "DataclassInstance", beginning: AnyStand
) -> AnyStand:
    """Puts a run's newest state into model and optimiser; returns where it stands, the beginning if it has not begun.

    Raises:
        CheckpointError: The folder holds another run.
    """
    given = checkpoint.read_metadata(folder / NEWEST)
    if given is None:
        return beginning
    progress = json.loads(given["progress"])
    if progress["about"] != json.loads(json.dumps(asdict(about))):
        raise CheckpointError(f"{folder} holds a run of another model, data or plan; name another --work folder")
    checkpoint.load_model(folder, model)
    checkpoint.load_optimizer(folder, optimizer)
    return replace(beginning, **progress["stand"])
