"""What the checkpoints of link models say."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from inference.training.common import epochs
from inference.training.common.checkpoint import CheckpointError


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
class Stand(epochs.Stand):
    """How far a run has come; its score is MRR.

    Attributes:
        waited: Looks at the validation split since the best.
    """

    waited: int = 0


def load_best(folder: Path, model: nn.Module) -> None:
    """Puts the best weights into a model.

    Raises:
        CheckpointError: There are none.
    """
    if not (folder / epochs.BEST).is_file():
        raise CheckpointError(f"{folder} holds no {epochs.BEST}; `triplewire train graph --work {folder}` makes it")
    epochs.load_best(folder, model)
