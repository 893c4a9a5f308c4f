"""What the multimodal comparators share: an own vector and mapped modalities for each entity, and ComplEx."""

import torch
from torch import Tensor, nn

from inference.research.graph_completion.link_model import LinkModel, answer_loss
from inference.research.graph_completion.questions import Batch
from inference.research.graph_completion.shape import GraphShape
from inference.training.links.knowledge_graph import KnowledgeGraph
from inference.training.links.layers.bilinear import nuclear, product
from inference.training.links.layers.contrast import View
from inference.training.links.layers.fusion import Fusion


class ViewModel(LinkModel):
    """Entities in views "own", "text", "picture"; how they become one vector is up to each model."""

    def __init__(self, graph: KnowledgeGraph, shape: GraphShape) -> None:
        super().__init__()
        self.shape = shape
        self.entities = len(graph.entities)
        self.relations = 2 * len(graph.relations)
        self.fusion = Fusion(graph.modalities, shape.width, shape.start, 0.0)
        self.own = nn.Embedding(self.entities, shape.width)
        self.relation = nn.Embedding(self.relations, shape.width)
        for embedding in (self.own, self.relation):
            nn.init.normal_(embedding.weight, std=shape.start)

    def views(self, entity: Tensor) -> dict[str, View]:
        """Returns all views of entities, int [B]; "own" comes first and everybody has it."""
        own = View(self.own(entity), torch.ones(len(entity), dtype=torch.bool))
        return {"own": own, **self.fusion.views(entity)}

    def joined(self, views: dict[str, View]) -> Tensor:
        """Returns one vector each, float [B, width]: their sum."""
        return torch.stack([view.vectors for view in views.values()]).sum(dim=0)

    def table(self) -> Tensor:
        """Returns the joined vectors of all entities."""
        return self.joined(self.views(torch.arange(self.entities)))

    def scores(self, entity: Tensor, relation: Tensor, table: Tensor) -> Tensor:
        """Returns ComplEx's scores, float [Q, entities]."""
        return product(self.asking(entity, relation, table), self.relation(relation)) @ table.T

    def asking(self, entity: Tensor, relation: Tensor, table: Tensor) -> Tensor:  # noqa: ARG002  for those who look around
        """Returns the asking entities' vectors, float [Q, width]."""
        return table[entity]

    def loss(self, batch: Batch) -> Tensor:
        """Returns the ranking loss, the nuclear norm, and the model's own alignment loss by the shape's weight."""
        table = self.table()
        loss = answer_loss(self.scores(batch.entity, batch.relation, table), batch)
        factors = table[batch.entity][batch.row], self.relation(batch.relation)[batch.row], table[batch.answer]
        loss = loss + self.shape.norm * nuclear(*factors)
        aligned = self.alignment(self.views(batch.entity.unique()))
        return loss if aligned is None else loss + self.shape.contrast * aligned

    def alignment(self, views: dict[str, View]) -> Tensor | None:  # noqa: ARG002  a model that aligns says how
        """Returns how far apart the views of some entities are, a scalar; None if the model does not ask."""
        return None
