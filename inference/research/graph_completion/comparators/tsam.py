"""TSAM (Li et al. 2025): modalities weighed entity by entity, each contrasted with the structure."""

import torch
from torch import Tensor, nn

from inference.research.graph_completion.comparators.views import ViewModel
from inference.research.graph_completion.shape import GraphShape
from inference.training.links.knowledge_graph import KnowledgeGraph
from inference.training.links.layers.attention import HIDDEN
from inference.training.links.layers.contrast import View, contrast


class Tsam(ViewModel):
    """An entity's views are summed by attention among them; contrast holds each modality to the own vector."""

    def __init__(self, graph: KnowledgeGraph, shape: GraphShape) -> None:
        super().__init__(graph, shape)
        self.query = nn.Linear(shape.width, shape.heads, bias=False)
        nn.init.zeros_(self.query.weight)

    def joined(self, views: dict[str, View]) -> Tensor:
        """Returns the views' weighted sum; equal weights add up to what the plain sum is."""
        present = torch.stack([view.present for view in views.values()], dim=1)
        vectors = torch.stack([view.vectors for view in views.values()], dim=1)
        weights = torch.softmax(self.query(vectors).masked_fill(~present[:, :, None], HIDDEN), dim=1)
        heads = vectors.unflatten(2, (self.shape.heads, -1))
        return (weights[:, :, :, None] * heads).sum(dim=1).flatten(1) * present.sum(dim=1)[:, None]

    def alignment(self, views: dict[str, View]) -> Tensor | None:
        """Returns the mean contrastive loss of each modality with the own vectors."""
        others = [view for kind, view in views.items() if kind != "own"]
        losses = [contrast([views["own"], view], self.shape.temperature) for view in others]
        found = [loss for loss in losses if loss is not None]
        return torch.stack(found).mean() if found else None
