"""What relation weights say of themselves: `labels.json` of `triplewire train relformer-export`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from inference.object_relations.shape import RelFormerShape

NO_RELATION = ("NA", "na", "no_relation", "Other", "Others", "none", "None")
"""Names by which a data set calls the class of pairs without a relation."""


def no_relation(relations: Sequence[str]) -> int:
    """Returns the id of the class without a relation, -1 if there is none."""
    return next((relations.index(name) for name in NO_RELATION if name in relations), -1)


@dataclass(frozen=True, slots=True)
class Weights:
    """Relation weights.

    Attributes:
        relations: Names of the relations, by id.
        shape: Sizes of what they read.
        version: Hash of the weights.
    """

    relations: tuple[str, ...]
    shape: RelFormerShape
    version: str


def read_weights(content: bytes) -> Weights | None:
    """Reads the output `labels` of the relation model; None where it has no weights.

    Raises:
        ValueError: It is not what the model sends.
    """
    told = json.loads(content)
    if told is None:
        return None
    try:
        return Weights(tuple(map(str, told["relations"])), RelFormerShape.of(told["shape"]), str(told["version"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"labels without {error}") from error
