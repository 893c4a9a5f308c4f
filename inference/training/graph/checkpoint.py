"""Checkpoints of link models: safetensors whose header says what model it is and how far it has come."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from inference.training.text import checkpoint as text_checkpoint
from inference.training.text.checkpoint import NEWEST, CheckpointError

BEST = "best.safetensors"


@dataclass(frozen=True)
class About:
    """What a checkpoint says of its model, in plain values.

    Attributes:
        model: Name of the model, as in `models.MODELS`.
        graph: Name of the set, its entities, relations and training triples.
        modalities: What is known of the entities besides triples.
        shape: Sizes and weights.
        plan: The plan it is trained by.
    """

    model: str
    graph: tuple[str, int, int, int]
    modalities: tuple[str, ...]
    shape: dict[str, Any]
    plan: dict[str, Any]


@dataclass(frozen=True)
class Stand:
    """How far a run has come.

    Attributes:
        epoch: Epochs done.
        step: Steps done.
        best: Best MRR on the validation split so far; -1 before the first.
        waited: Looks since then.
        seconds: Training time so far.
    """

    epoch: int = 0
    step: int = 0
    best: float = -1.0
    waited: int = 0
    seconds: float = 0.0


def save(folder: Path, model: nn.Module, optimizer: torch.optim.Optimizer, about: About, stand: Stand) -> None:
    """Writes a run's newest state; a kill at any moment leaves the old one or the new one whole."""
    text_checkpoint.save(folder, model, optimizer, {"about": asdict(about), "stand": asdict(stand)})


def save_best(folder: Path, model: nn.Module, about: About) -> None:
    """Writes the weights alone, those that stood best."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.detach().contiguous().clone() for name, tensor in model.state_dict().items()}
    partial = folder / "best.partial"
    save_file(tensors, partial, metadata={"about": json.dumps(asdict(about))})
    partial.replace(folder / BEST)


def load_best(folder: Path, model: nn.Module) -> None:
    """Puts the best weights into a model.

    Raises:
        CheckpointError: There are none.
    """
    if not (folder / BEST).is_file():
        raise CheckpointError(f"{folder} holds no {BEST}; `triplewire train graph --work {folder}` makes it")
    model.load_state_dict(load_file(folder / BEST))


def resume(folder: Path, model: nn.Module, optimizer: torch.optim.Optimizer, about: About) -> Stand:
    """Puts a run's newest state into model and optimiser; does nothing if it has not begun.

    Raises:
        CheckpointError: The folder holds another run.
    """
    stand = read_stand(folder, about)
    if stand.epoch:
        text_checkpoint.load_model(folder, model)
        text_checkpoint.load_optimizer(folder, optimizer)
    return stand


def read_stand(folder: Path, about: About) -> Stand:
    """Returns how far a folder's run has come, the beginning if there is none.

    Raises:
        CheckpointError: The folder holds another run.
    """
    given = text_checkpoint.read_metadata(folder / NEWEST)
    if given is None:
        return Stand()
    progress = json.loads(given["progress"])
    if progress["about"] != json.loads(json.dumps(asdict(about))):
        raise CheckpointError(f"{folder} holds a run of another model, data or plan; name another --work folder")
    return Stand(**progress["stand"])
