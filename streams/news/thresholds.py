"""How sure the model must be of what is published, unless the ontology says otherwise."""

from dataclasses import dataclass
from typing import Self

from topology.settings import Settings


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Least confidences.

    Attributes:
        relation: Of a relation that the model was trained on.
        happening: Of a happening: that its words name one, and one of this class.
        role: Of what plays a part in a happening.
    """

    relation: float
    happening: float
    role: float

    @classmethod
    def of(cls, declared: Settings) -> Self:
        """Returns those of the settings."""
        return cls(declared.relation_threshold, declared.happening_threshold, declared.role_threshold)
