"""What the checkpoints of relation models say."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.object_relations.shape import RelFormerShape
from inference.training.common.checkpoint import CheckpointError, read_metadata
from inference.training.common.epochs import BEST


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


def read_about(folder: Path) -> About:
    """Returns what a folder's best weights are of.

    Raises:
        CheckpointError: There are none.
    """
    given = read_metadata(folder / BEST)
    if given is None:
        raise CheckpointError(f"{folder} holds no {BEST}; `triplewire train relformer --work {folder}` makes it")
    about = json.loads(given["about"])
    return About(about["model"], RelFormerShape.of(about["shape"]), tuple(about["relations"]), about["plan"])
