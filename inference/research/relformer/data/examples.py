"""What a model trains on: pairs that come as tensors, a batch at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from torch import Tensor

from inference.knowledge.base import KnowledgeBase
from inference.object_relations.batch import collate
from inference.object_relations.example import Example
from inference.object_relations.shape import RelFormerShape
from inference.object_relations.words import Reader
from inference.research.relformer.data.more import MorePair
from inference.research.relformer.data.more_pictures import view_of
from inference.research.relformer.tensors import Tensors


class PairData(Protocol):
    """Pairs by number."""

    def __len__(self) -> int:
        """Returns the number of pairs."""
        ...

    def batch(self, rows: Tensor) -> Tensors:
        """Returns some pairs, rows int [B]."""
        ...


@dataclass(frozen=True)
class InMemory:
    """Pairs made into tensors beforehand."""

    tensors: Tensors

    def __len__(self) -> int:
        """Returns the number of pairs."""
        return len(self.tensors)

    def batch(self, rows: Tensor) -> Tensors:
        """Returns some pairs, rows int [B]."""
        return self.tensors.rows(rows)


@dataclass(frozen=True)
class MorePairs:
    """MORE's pairs; pictures and knowledge are fetched when a batch needs them."""

    pairs: Sequence[MorePair]
    reader: Reader
    shape: RelFormerShape
    knowledge: KnowledgeBase | None = None
    facts: int = 12

    def __len__(self) -> int:
        """Returns the number of pairs."""
        return len(self.pairs)

    def batch(self, rows: Tensor) -> Tensors:
        """Returns some pairs, rows int [B].

        Raises:
            MoreError: A picture or depth map cannot be read.
        """
        return Tensors.of(collate([self._example(self.pairs[row]) for row in rows.tolist()], self.reader, self.shape))

    def _example(self, pair: MorePair) -> Example:
        example = replace(pair.example, view=view_of(pair))
        if self.knowledge is None:
            return example
        # MORE numbers the objects of a kind; knowledge is about the kind.
        names = [example.name(example.mention), example.target.rstrip("0123456789_ ")]
        return replace(example, knowledge=self.knowledge.neighbourhood(names, self.facts))
