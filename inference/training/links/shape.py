"""Sizes of the link model, and which parts of a question it reads."""

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
        hidden: Hidden numbers of what counts say.
        dropout: Of text vectors' maps, and of the neighbourhood.
        vectors: Whether text vectors are read, the likeness of two included.
        neighbours: Whether neighbours are.
        met: Whether it is counted who is named together or has neighbours in common.
        between: Whether the facts that stand between the two are read.
        popularity: Whether it is counted how active each is and how many facts it has, by role.
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
"""What counts read of a question, by the switch that hides it."""


def counted(shape: LinkShape, question: Question) -> Question:
    """Returns a question as counts are to see it: what the shape does not read is zero, as if nothing were known."""
    hidden = [name for switch, names in _FIELDS.items() if not getattr(shape, switch) for name in names]
    # The question itself where all is read, so that the served network has no step for it.
    return replace(question, **{name: torch.zeros_like(getattr(question, name)) for name in hidden})
