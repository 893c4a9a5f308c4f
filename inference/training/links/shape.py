"""The sizes of the link model, and which parts of a question it reads."""

from dataclasses import dataclass, replace

import torch

from inference.training.links.question import Question


@dataclass(frozen=True)
class LinkShape:
    """Sizes, and what is read.

    Attributes:
        roles: Relations, both ways.
        types: Entity types, with one for all that are not known.
        heads: Attention heads over the neighbourhood.
        hidden: Hidden units of the network over counts.
        dropout: Of text vectors' maps, and of the neighbourhood.
        vectors: Whether text vectors are read, the likeness of two included.
        neighbours: Whether neighbours are.
        met: Whether it reads how often two are named together and their common neighbours.
        between: Whether it reads the facts between the two.
        popularity: Whether it reads how active each is and how many facts it has, by role.
    """

    roles: int
    types: int
    heads: int = 4
    hidden: int = 32
    dropout: float = 0.2
    vectors: bool = True
    neighbours: bool = True
    met: bool = True
    between: bool = True
    popularity: bool = True


_FIELDS = {
    "vectors": ("entity", "candidates"),
    "met": ("met",),
    "between": ("known",),
    "popularity": ("roles", "activity", "candidate_roles", "candidate_activity"),
}
"""The parts of a question that the counts read, by the switch that hides them."""


def counted(shape: LinkShape, question: Question) -> Question:
    """Returns a question as the counts read it: parts that are switched off are zero, as if nothing were known."""
    hidden = [name for switch, names in _FIELDS.items() if not getattr(shape, switch) for name in names]
    # The question itself where everything is read, so that the served network has no operation for it.
    return replace(question, **{name: torch.zeros_like(getattr(question, name)) for name in hidden})
