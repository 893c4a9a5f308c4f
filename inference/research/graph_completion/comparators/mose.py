"""MoSE (Zhao et al. 2022): modalities are trained apart and combined in ranking."""

import torch
from torch import Tensor, nn

from inference.research.graph_completion.comparators.views import ViewModel
from inference.research.graph_completion.link_model import answer_loss
from inference.research.graph_completion.questions import Batch
from inference.research.graph_completion.shape import GraphShape
from inference.training.links.knowledge_graph import KnowledgeGraph
from inference.training.links.layers.bilinear import nuclear, product


class Mose(ViewModel):
    """Each modality has relations and a loss of its own; ranking averages their scores (the paper's MoSE-AI)."""

    def __init__(self, graph: KnowledgeGraph, shape: GraphShape) -> None:
        super().__init__(graph, shape)
        self.kinds = ("own", *self.fusion.kinds)
        self.relation = nn.Embedding(self.relations, shape.width * len(self.kinds))
        nn.init.normal_(self.relation.weight, std=shape.start)

    def table(self) -> Tensor:
        """Returns all entities' vectors, the modalities' side by side."""
        views = self.views(torch.arange(self.entities))
        return torch.cat([views[kind].vectors for kind in self.kinds], dim=1)

    def split(self, entity: Tensor, relation: Tensor, table: Tensor) -> list[Tensor]:
        """Returns each modality's scores, float [Q, entities]."""
        tables = table.chunk(len(self.kinds), dim=1)
        relations = self.relation(relation).chunk(len(self.kinds), dim=1)
        return [product(own[entity], by) @ own.T for own, by in zip(tables, relations, strict=True)]

    def scores(self, entity: Tensor, relation: Tensor, table: Tensor) -> Tensor:
        """Returns the mean of the modalities' scores."""
        return torch.stack(self.split(entity, relation, table)).mean(dim=0)

    def loss(self, batch: Batch) -> Tensor:
        """Returns the sum of the modalities' losses."""
        table = self.table()
        ranking = [answer_loss(scores, batch) for scores in self.split(batch.entity, batch.relation, table)]
        factors = table[batch.entity][batch.row], self.relation(batch.relation)[batch.row], table[batch.answer]
        parts = zip(*(factor.chunk(len(self.kinds), dim=1) for factor in factors), strict=True)
        return torch.stack(ranking).sum() + self.shape.norm * torch.stack([nuclear(*own) for own in parts]).sum()
