"""Checkpoints of relation models: safetensors whose header says what model it is and how far it has come."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from inference.relformer.shape import RelFormerShape
from inference.training.text import checkpoint as text_checkpoint
from inference.training.text.checkpoint import NEWEST, CheckpointError

BEST = "best.safetensors"


@dataclass(frozen=True)
class About:
    """What a checkpoint says of its model.

    Attributes:
        model: Name of the model, as in `models.MODELS`.
        shape: Its sizes.
        relations: Names of the relations by id.
        plan: The plan it is trained by, as plain values.
    """

    model: str
    shape: RelFormerShape
    relations: tuple[str, ...]
    plan: dict[str, Any]


@dataclass(frozen=True)
class Stand:
    """How far a run has come.

    Attributes:
        epoch: Epochs done.
        step: Steps done.
        best: Best F1 on the validation split so far; -1 before the first.
        seconds: Training time so far.
    """

    epoch: int = 0
    step: int = 0
    best: float = -1.0
    seconds: float = 0.0


def save(folder: Path, model: nn.Module, optimizer: torch.optim.Optimizer, about: About, stand: Stand) -> None:
    """Writes a run's newest state; a kill at any moment leaves the old one or the new one whole."""
    text_checkpoint.save(folder, model, optimizer, {"about": asdict(about), "stand": asdict(stand)})


def save_best(folder: Path, model: nn.Module, about: About) -> None:
    """Writes the weights alone, those of the best epoch."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.detach().contiguous().clone() for name, tensor in model.state_dict().items()}
    partial = folder / "best.partial"
    save_file(tensors, partial, metadata={"about": json.dumps(asdict(about))})
    partial.replace(folder / BEST)


def load_best(folder: Path, model: nn.Module) -> None:
    """Puts the best epoch's weights into a model."""
    model.load_state_dict(load_file(folder / BEST))


def read_about(folder: Path) -> About:
    """Returns what a folder's best weights are of.

    Raises:
        CheckpointError: There are none.
    """
    given = text_checkpoint.read_metadata(folder / BEST)
    if given is None:
        raise CheckpointError(f"{folder} holds no {BEST}; `triplewire train relformer --work {folder}` makes it")
    about = json.loads(given["about"])
    return About(about["model"], RelFormerShape.of(about["shape"]), tuple(about["relations"]), about["plan"])


def resume(folder: Path, model: nn.Module, optimizer: torch.optim.Optimizer, about: About) -> Stand:
    """Puts a run's newest state into model and optimiser; does nothing if it has not begun.

    Raises:
        CheckpointError: The folder holds another run.
    """
    given = text_checkpoint.read_metadata(folder / NEWEST)
    if given is None:
        return Stand()
    progress = json.loads(given["progress"])
    if progress["about"] != json.loads(json.dumps(asdict(about))):
        raise CheckpointError(f"{folder} holds a run of another model, data or plan; name another --work folder")
    text_checkpoint.load_model(folder, model)
    text_checkpoint.load_optimizer(folder, optimizer)
    return Stand(**progress["stand"])
