"""The contrastive multimodal graph model (Dai 2024), with a decoder that ranks."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.research.graph_completion.link_model import LinkModel, drawn_answer_loss
from inference.research.graph_completion.neighbourhood import Near, Neighbourhood
from inference.research.graph_completion.questions import Batch
from inference.research.graph_completion.shape import GraphShape
from inference.training.links.knowledge_graph import KnowledgeGraph
from inference.training.links.layers.attention import NeighbourAttention
from inference.training.links.layers.bilinear import between, nuclear, product
from inference.training.links.layers.contrast import View, contrast
from inference.training.links.layers.fusion import Fusion
from inference.training.links.layers.pair_form import PairForm


class ContrastiveGraph(LinkModel):
    """Fused views of each entity, contrasted; graph attention for the asking entity; one score, two cross-entropies.

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
        # Sparse: a batch needs few of the rows, and a step over all of WN18RR's takes longer than all else.
        self.own = nn.Embedding(self.entities, shape.width, sparse=True) if shape.own else None
        self.relation = nn.Embedding(relations, shape.width)
        self.attention = NeighbourAttention(shape.width, shape.heads, relations, shape.dropout)
        self.pair = PairForm(shape.width, relations) if shape.classifier else None
        for embedding in filter(None, (self.own, self.relation)):
            nn.init.normal_(embedding.weight, std=shape.start)

    def table(self) -> Tensor:
        """Returns the fused vectors of all entities, float [entities, width]."""
        return self._fused(torch.arange(self.entities))[0]

    def scores(self, entity: Tensor, relation: Tensor, table: Tensor) -> Tensor:
        """Returns float [Q, entities]; a question does not see the neighbours that are its answers in training."""
        asking = self._asking(entity, table)
        answering = asking.near.relation == self.near.backwards(relation)[:, None]
        return self._question(asking, relation, answering) @ table.T

    def loss(self, batch: Batch) -> Tensor:
        """Returns the weighted sum of ranking, relation and contrastive loss and the nuclear norm."""
        near = self._near(batch.entity)
        drawn = torch.randperm(self.entities)[: self.shape.drawn or None]
        # Each entity is fused once and its row taken once: a row's gradient is as large as the table it is taken from.
        needed = [batch.entity, near.entity.flatten(), batch.answer, drawn]
        used, row = torch.cat(needed).unique(return_inverse=True)
        own, around, answer, wrong = self._fused(used)[0][row].split([len(part) for part in needed])
        asking = Asking(batch.entity, own, around.view(*near.entity.shape, self.shape.width), near)
        # No answer is seen, by whichever relation it is a neighbour: held-out answers are mostly no neighbours.
        question = self._question(asking, batch.relation, answers_among(near.entity, batch, self.entities))
        loss = drawn_answer_loss(question, answer, wrong, batch, drawn, self.entities)
        if self.shape.relation:
            loss = loss + self.shape.relation * self._relation_loss(asking, answer, batch)
        if self.shape.contrast:
            found = contrast(self._fused(batch.entity.unique())[1], self.shape.temperature)
            loss = loss if found is None else loss + self.shape.contrast * found
        factors = own[batch.row], self.relation(batch.relation)[batch.row], answer
        return loss + self.shape.norm * nuclear(*factors)

    def _relation_loss(self, asking: "Asking", answer: Tensor, batch: Batch) -> Tensor:
        some = torch.randperm(len(batch.row))[: self.shape.pairs]
        row = batch.row[some]
        logits = self._relations(asking.of(row), batch.answer[some], answer[some])
        return functional.cross_entropy(logits, batch.relation[row])

    def _question(self, asking: "Asking", relation: Tensor, hidden: Tensor) -> Tensor:
        """Returns float [Q, width]: an entity's score as an answer is its product with the entity's vector."""
        attended = self._attended(asking, asking.near.without(hidden))
        question = torch.zeros_like(attended)
        if self.shape.bilinear:
            question = product(attended, self.relation(relation))
        if self.pair is not None:
            question = question + self.pair.question(attended, relation)
        return question

    def _relations(self, asking: "Asking", answer: Tensor, vectors: Tensor) -> Tensor:
        near = asking.near
        attended = self._attended(asking, near.without(near.entity == answer[:, None]))
        logits = torch.zeros(len(answer), len(self.relation.weight), device=vectors.device)
        if self.shape.bilinear:
            logits = logits + between(attended, vectors) @ self.relation.weight.T
        return logits if self.pair is None else logits + self.pair.logits(attended, vectors)

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

    def _asking(self, entity: Tensor, table: Tensor) -> "Asking":
        near = self._near(entity)
        return Asking(entity, table[entity], table[near.entity], near)

    def _attended(self, asking: "Asking", near: Near) -> Tensor:
        if not self.shape.neighbours:
            return asking.own
        messages = product(asking.around, self.relation(near.relation))
        return self.attention(asking.own, messages, near.relation, near.seen)


def answers_among(entity: Tensor, batch: Batch, entities: int) -> Tensor:
    """Returns bool [Q, K]: which of each question's entities, int [Q, K] of so many, are right answers to it."""
    asked = torch.arange(len(entity), device=entity.device)[:, None]
    return torch.isin(asked * entities + entity, batch.row * entities + batch.answer)


@dataclass(frozen=True)
class Asking:
    """Asking entities, with their neighbourhoods.

    Attributes:
        entity: int [B].
        own: float [B, width] their fused vectors.
        around: float [B, K, width] those of their neighbours.
        near: The neighbours.
    """

    entity: Tensor
    own: Tensor
    around: Tensor
    near: Near

    def of(self, rows: Tensor) -> "Asking":
        """Returns some of them, int [P] rows."""
        return Asking(self.entity[rows], self.own[rows], self.around[rows], self.near.of(rows))
