"""Checkpoints: weights and optimiser state as safetensors, the rest as JSON. Nothing is unpickled."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

NEWEST = "checkpoint.safetensors"
"""File name of a run's newest state."""


class CheckpointError(ValueError):
    """A checkpoint is missing or belongs to another run."""


def save(folder: Path, model: nn.Module, optimizer: torch.optim.Optimizer, progress: dict[str, Any]) -> None:
    """Writes a checkpoint; a kill at any moment leaves the old one or the new one whole.

    Args:
        folder: The run's folder; made if it does not exist.
        model: Its weights are written.
        optimizer: Its state is written.
        progress: Which run it is and how far it has come, in plain values.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {f"model.{name}": tensor.detach() for name, tensor in model.state_dict().items()}
    for index, state in optimizer.state_dict()["state"].items():
        tensors.update({f"optimizer.{index}.{name}": value for name, value in state.items()})
    unshared = {name: tensor.contiguous().clone() for name, tensor in tensors.items()}
    partial = folder / "checkpoint.partial"
    save_file(unshared, partial, metadata={"progress": json.dumps(progress)})
    partial.replace(folder / NEWEST)


def read_metadata(path: Path) -> dict[str, str] | None:
    """Returns the metadata in the header of a safetensors file, None if there is no such file."""
    if not path.is_file():
        return None
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    metadata: dict[str, str] = header["__metadata__"]
    return metadata


def load_model(folder: Path, model: nn.Module) -> None:
    """Puts a checkpoint's weights into a model.

    Raises:
        CheckpointError: There is no checkpoint, or it is of another model.
    """
    take_model(folder, model, read_model(folder))


def read_model(folder: Path) -> dict[str, Tensor]:
    """Returns a checkpoint's weights by name.

    Raises:
        CheckpointError: There is no checkpoint.
    """
    if not (folder / NEWEST).is_file():
        raise CheckpointError(f"{folder} holds no checkpoint; `triplewire train … --work {folder}` makes one")
    tensors = load_file(folder / NEWEST)
    return {name.removeprefix("model."): tensor for name, tensor in tensors.items() if name.startswith("model.")}


def take_model(folder: Path, model: nn.Module, weights: dict[str, Tensor]) -> None:
    """Puts weights into a model; `folder` is where they come from.

    Raises:
        CheckpointError: They are of another model.
    """
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        raise CheckpointError(
            f"{folder} holds another model (has the ontology changed since?): {str(error).splitlines()[-1].strip()}"
        ) from error


def load_optimizer(folder: Path, optimizer: torch.optim.Optimizer) -> None:
    """Puts a checkpoint's optimiser state into an optimiser over the same parameters."""
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in load_file(folder / NEWEST).items():
        if name.startswith("optimizer."):
            _, index, key = name.split(".")
            state.setdefault(int(index), {})[key] = tensor
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
