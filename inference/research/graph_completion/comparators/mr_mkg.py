"""MR-MKG (Lee et al. 2024): relational graph attention over the multimodal graph, and pictures matched to texts."""

import torch
from torch import Tensor
from torch.nn import functional

from inference.research.graph_completion.comparators.views import ViewModel
from inference.research.graph_completion.neighbourhood import Neighbourhood
from inference.research.graph_completion.shape import GraphShape
from inference.training.links.knowledge_graph import KnowledgeGraph
from inference.training.links.layers.attention import NeighbourAttention
from inference.training.links.layers.contrast import View

MARGIN = 0.2


class MrMkg(ViewModel):
    """The asking entity reads its neighbours as h_j + w_r; a triplet loss draws an entity's picture to its own text.

    The paper feeds the graph's vectors to a language model; here they rank answers, since that is what is compared.
    """

    def __init__(self, graph: KnowledgeGraph, shape: GraphShape) -> None:
        super().__init__(graph, shape)
        self.near = Neighbourhood(graph)
        self.attention = NeighbourAttention(shape.width, shape.heads, self.relations, shape.dropout)

    def asking(self, entity: Tensor, relation: Tensor, table: Tensor) -> Tensor:
        """Returns the asking entities' vectors, after attention to the neighbours that are no answers."""
        near = self.near.of(entity, self.shape.neighbours if self.training else self.shape.wide, drawn=self.training)
        near = near.without(near.relation == self.near.backwards(relation)[:, None])
        messages = table[near.entity] + self.relation(near.relation)
        return self.attention(table[entity], messages, near.relation, near.seen)

    def alignment(self, views: dict[str, View]) -> Tensor | None:
        """Returns the triplet loss of pictures and texts; None where one of them is not there."""
        if not {"picture", "text"} <= views.keys():
            return None
        both = views["picture"].present & views["text"].present
        return triplet_loss(views["picture"].vectors[both], views["text"].vectors[both]) if both.sum() > 1 else None


def triplet_loss(one: Tensor, other: Tensor) -> Tensor:
    """Returns by how much, in cosine, the next entity's other view is not a margin farther than the own; a mean."""
    own = functional.cosine_similarity(one, other)
    strange = functional.cosine_similarity(one, torch.roll(other, 1, dims=0))
    return functional.relu(MARGIN + strange - own).mean()
