"""Reads the description of relation weights, `labels.json`, which `triplewire train relformer-export` writes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from inference.object_relations.shape import RelFormerShape

NO_RELATION = ("NA", "na", "no_relation", "Other", "Others", "none", "None")
"""Names that data sets give to the class of pairs without a relation."""


def no_relation(relations: Sequence[str]) -> int:
    """Returns the id of the class without a relation, -1 if there is none."""
    return next((relations.index(name) for name in NO_RELATION if name in relations), -1)


@dataclass(frozen=True, slots=True)
class Weights:
    """The description of relation weights.

    Attributes:
        relations: Names of the relations, by id.
        shape: Sizes of the model.
        version: Hash of the weights.
    """

    relations: tuple[str, ...]
    shape: RelFormerShape
    version: str


def read_weights(content: bytes) -> Weights | None:
    """Parses the relation model's output `labels`; None if the model has no weights.

    Raises:
        ValueError: It is malformed.
    """
    parsed = json.loads(content)
    if parsed is None:
        return None
    try:
        return Weights(tuple(map(str, parsed["relations"])), RelFormerShape.of(parsed["shape"]), str(parsed["version"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"labels without {error}") from error
