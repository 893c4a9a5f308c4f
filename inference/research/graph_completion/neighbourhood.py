"""The neighbours of entities in the training triples, a few at a time as dense tensors."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from inference.training.links.knowledge_graph import KnowledgeGraph, reciprocal


@dataclass(frozen=True)
class Near:
    """Some neighbours of some entities.

    Attributes:
        entity: int [B, K].
        relation: int [B, K]: (neighbour, relation, entity) is a training triple or a reciprocal of one.
        seen: bool [B, K]: false where there is no neighbour, or not to be looked at.
    """

    entity: Tensor
    relation: Tensor
    seen: Tensor

    def of(self, rows: Tensor) -> "Near":
        """Returns those of some of the entities, int [P] rows."""
        return Near(self.entity[rows], self.relation[rows], self.seen[rows])

    def without(self, hidden: Tensor) -> "Near":
        """Returns the same without the neighbours that bool [B, K] marks."""
        return Near(self.entity, self.relation, self.seen & ~hidden)


class Neighbourhood(nn.Module):
    """The neighbour lists, as buffers that no checkpoint holds: the triples say them."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        super().__init__()
        self.relations = len(graph.relations)
        triples = torch.from_numpy(reciprocal(graph.train, self.relations))
        order = torch.argsort(triples[:, 2], stable=True)
        degree = torch.bincount(triples[:, 2], minlength=len(graph.entities))
        self.register_buffer("neighbour", triples[order, 0], persistent=False)
        self.register_buffer("by", triples[order, 1], persistent=False)
        self.register_buffer("degree", degree, persistent=False)
        self.register_buffer("start", torch.cumsum(degree, 0) - degree, persistent=False)

    def of(self, entity: Tensor, most: int, *, drawn: bool) -> Near:
        """Returns neighbours of entities, int [B]: all of them where there are at most `most`.

        Args:
            entity: Whose.
            most: K.
            drawn: Whether the neighbours of an entity with more are drawn at random (with repetition); otherwise they
                are spread evenly over its list, the same each time.
        """
        degree = self.degree[entity][:, None]
        place = torch.arange(most)[None].expand(len(entity), most)
        spread = torch.rand(len(entity), most) if drawn else (place + 0.5) / most
        chosen = torch.where(degree > most, (spread * degree).long().minimum((degree - 1).clamp(min=0)), place)
        seen = place < degree
        index = (self.start[entity][:, None] + chosen).masked_fill(~seen, 0)
        if not len(self.neighbour):
            return Near(torch.zeros_like(index), torch.zeros_like(index), seen)
        return Near(self.neighbour[index], self.by[index], seen)

    def backwards(self, relation: Tensor) -> Tensor:
        """Returns the number of each relation read the other way round."""
        return torch.where(relation < self.relations, relation + self.relations, relation - self.relations)
