"""VisualBERT's idea (Li et al. 2020): words and regions in one stream, every layer attends to all."""

from dataclasses import replace

import torch
from torch import Tensor, nn

from inference.object_relations.batch import Role
from inference.object_relations.shape import RelFormerShape
from inference.research.relformer.attention import SelfLayer
from inference.research.relformer.embeddings import TextEmbedding, VisualEmbedding
from inference.research.relformer.encoder import at, pooled
from inference.research.relformer.model import RelationModel
from inference.research.relformer.tensors import Tensors


class SingleStream(RelationModel):
    """One stack of layers over the words and the objects' regions; no depth, no knowledge."""

    def __init__(self, shape: RelFormerShape) -> None:
        super().__init__(shape)
        self.text = TextEmbedding(shape)
        self.visual = VisualEmbedding(shape)
        self.segments = nn.Parameter(torch.randn(2, shape.width) * 0.02)
        self.layers = nn.ModuleList(
            SelfLayer(shape.width, shape.heads, shape.inner, shape.dropout)
            for _ in range(shape.self_layers + shape.cross_layers)
        )
        self.relations = nn.Linear(3 * shape.width, shape.relations)

    def forward(self, batch: Tensors) -> Tensor:
        """Returns scores float [B, relations]."""
        count, length = batch.objects.shape[1], batch.ids.shape[1]
        regions = self.visual(replace(batch, deep=torch.zeros_like(batch.deep)))[0][:, :count]
        x = torch.cat([self.text(batch) + self.segments[0], regions + self.segments[1]], dim=1)
        mask = torch.cat([batch.text, batch.objects], dim=1)
        for layer in self.layers:
            x = layer(x, mask)
        words, regions = x[:, :length], x[:, length:]
        ends = [pooled(words, batch.roles == role) for role in (Role.MENTION, Role.OTHER_END)]
        target = at(regions, batch.target) * (batch.target >= 0)[:, None]
        return self.relations(torch.cat([*ends, target], dim=1))
