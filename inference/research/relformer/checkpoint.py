"""What the checkpoints of relation models say of their run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.object_relations.shape import RelFormerShape
from inference.training.common import run_folder


@dataclass(frozen=True)
class RelationRun:
    """What the header of a run's checkpoints says; a folder is resumed by the same run only.

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


def read_run(folder: Path) -> RelationRun:
    """Returns which run a folder's best weights are of.

    Raises:
        CheckpointError: There are none.
    """
    run = run_folder.read_run(folder, "relformer")
    return RelationRun(run["model"], RelFormerShape.of(run["shape"]), tuple(run["relations"]), run["plan"])
