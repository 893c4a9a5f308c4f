"""The models by name: the session model, itself without some of its parts, and what its paper compares it with."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from torch import nn

from inference.research.sessions.comparators.cke import Cke
from inference.research.sessions.comparators.kgcn import Kgcn
from inference.research.sessions.comparators.mmgcn import Mmgcn
from inference.research.sessions.comparators.nfm import Nfm
from inference.research.sessions.comparators.seq2seq import Seq2Seq
from inference.training.next_entity.model import SessionModel
from inference.training.next_entity.shape import SessionShape


class About(Protocol):
    """What a model must know of its questions."""

    @property
    def items(self) -> int:
        """Returns the number of items."""

    @property
    def widths(self) -> Mapping[str, int]:
        """Returns the width of each modality's vectors."""

    @property
    def relations(self) -> int:
        """Returns the number of kinds of question."""


Maker = Callable[[About, SessionShape], nn.Module]


def _session(**changes: bool | int) -> Maker:
    def make(about: About, shape: SessionShape) -> nn.Module:
        return SessionModel(about.widths, about.relations, replace(shape, **changes))  # type: ignore[arg-type]

    return make


def _compared(kind: Callable[[int, Mapping[str, int], int, int], nn.Module]) -> Maker:
    return lambda about, shape: kind(about.items, about.widths, about.relations, shape.width)


COMPARATORS: Mapping[str, Maker] = {
    "seq2seq": _compared(Seq2Seq),
    "nfm": _compared(Nfm),
    "cke": _compared(Cke),
    "kgcn": _compared(Kgcn),
    "mmgcn": _compared(Mmgcn),
}
"""Models with vectors of their own for each item."""

MODELS: Mapping[str, Maker] = {
    "session": _session(),
    "session-one-interest": _session(interests=1),
    "session-no-links": _session(links=False),
    "vectors": _session(graphs=False, links=False),
    **COMPARATORS,
}

TITLES: Mapping[str, str] = {
    "session": "sessions and interests",
    "session-one-interest": "the same, one interest",
    "session-no-links": "the same, without counts of links",
    "vectors": "the same, last item alone (no graphs)",
    "seq2seq": "Seq2Seq (idea)",
    "nfm": "NFM (idea)",
    "cke": "CKE (idea)",
    "kgcn": "KGCN (idea)",
    "mmgcn": "MMGCN (idea)",
}
