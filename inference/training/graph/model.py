"""The contrastive multimodal graph model (Dai 2024), with a decoder that ranks."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.graph.knowledge_graph import KnowledgeGraph
from inference.graph.shape import GraphShape
from inference.training.graph.attention import NeighbourAttention
from inference.training.graph.bilinear import between, nuclear, product
from inference.training.graph.contrast import View, contrast
from inference.training.graph.fusion import Fusion
from inference.training.graph.link_model import LinkModel, answer_loss
from inference.training.graph.neighbourhood import Near, Neighbourhood
from inference.training.graph.pair_form import PairForm
from inference.training.graph.questions import Batch


class ContrastiveGraph(LinkModel):
    """Fused views of each entity, contrasted; graph attention for the one who asks; one score, two cross-entropies.

    f(i, r, j) = Re⟨h_i', w_r, h̄_j⟩ + W_r·[h_i' ‖ h_j ‖ h_i'-h_j ‖ h_i'⊗h_j]; its softmax over the relations is the
    paper's classifier, its softmax over all j ranks answers.
    """

    def __init__(self, graph: KnowledgeGraph, shape: GraphShape) -> None:
        """Makes a model for a graph's entities, relations, modalities and training neighbourhood."""
        super().__init__()
        self.shape = shape
        self.entities = len(graph.entities)
        relations = 2 * len(graph.relations)
        self.near = Neighbourhood(graph)
        self.fusion = Fusion(graph.modalities, shape.width, shape.start, shape.dropout)
        self.own = nn.Embedding(self.entities, shape.width) if shape.own else None
        self.relation = nn.Embedding(relations, shape.width)
        self.attention = NeighbourAttention(shape.width, shape.heads, relations, shape.dropout)
        self.pair = PairForm(shape.width, relations) if shape.classifier else None
        for embedding in filter(None, (self.own, self.relation)):
            nn.init.normal_(embedding.weight, std=shape.start)

    def table(self) -> Tensor:
        """Returns the fused vectors of all entities, float [entities, width]."""
        return self._fused(torch.arange(self.entities))[0]

    def scores(self, entity: Tensor, relation: Tensor, table: Tensor) -> Tensor:
        """Returns float [Q, entities]; a question does not see the neighbours that answer it."""
        near = self._near(entity)
        near = near.without(near.relation == self.near.backwards(relation)[:, None])
        asking = self._attended(entity, table, near)
        question = torch.zeros_like(asking)
        if self.shape.bilinear:
            question = product(asking, self.relation(relation))
        if self.pair is not None:
            question = question + self.pair.question(asking, relation)
        return question @ table.T

    def loss(self, batch: Batch) -> Tensor:
        """Returns the weighted sum of ranking, relation and contrastive loss and the nuclear norm."""
        table = self.table()
        loss = answer_loss(self.scores(batch.entity, batch.relation, table), batch)
        if self.shape.relation:
            loss = loss + self.shape.relation * self._relation_loss(batch, table)
        if self.shape.contrast:
            found = contrast(self._fused(batch.entity.unique())[1], self.shape.temperature)
            loss = loss if found is None else loss + self.shape.contrast * found
        factors = table[batch.entity][batch.row], self.relation(batch.relation)[batch.row], table[batch.answer]
        return loss + self.shape.norm * nuclear(*factors)

    def relation_logits(self, entity: Tensor, answer: Tensor, table: Tensor) -> Tensor:
        """Returns float [P, relations]: which relation holds between pairs, int [P] each; those in between unseen."""
        near = self._near(entity)
        asking = self._attended(entity, table, near.without(near.entity == answer[:, None]))
        logits = torch.zeros(len(entity), len(self.relation.weight), device=table.device)
        if self.shape.bilinear:
            logits = logits + between(asking, table[answer]) @ self.relation.weight.T
        return logits if self.pair is None else logits + self.pair.logits(asking, table[answer])

    def _relation_loss(self, batch: Batch, table: Tensor) -> Tensor:
        some = torch.randperm(len(batch.row))[: self.shape.pairs]
        entity, relation = batch.entity[batch.row[some]], batch.relation[batch.row[some]]
        return functional.cross_entropy(self.relation_logits(entity, batch.answer[some], table), relation)

    def _fused(self, entity: Tensor) -> tuple[Tensor, list[View]]:
        """Returns entities' vectors in the shared space, and the views that they are the sum of."""
        views = self.fusion.views(entity)
        fused = self.fusion(views) if views else torch.zeros(len(entity), self.shape.width)
        if self.own is None:
            return fused, list(views.values())
        own = self.own(entity)
        return fused + own, [*views.values(), View(own, torch.ones(len(entity), dtype=torch.bool))]

    def _near(self, entity: Tensor) -> Near:
        most = self.shape.neighbours if self.training else self.shape.wide
        return self.near.of(entity, most if self.shape.neighbours else 0, drawn=self.training)

    def _attended(self, entity: Tensor, table: Tensor, near: Near) -> Tensor:
        if not self.shape.neighbours:
            return table[entity]
        messages = product(table[near.entity], self.relation(near.relation))
        return self.attention(table[entity], messages, near.relation, near.seen)
