"""BERT + scene graph: a Transformer reads the text, graph attention reads the objects by their relative positions."""

from dataclasses import replace
from enum import IntEnum

import torch
from torch import Tensor, nn

from inference.object_relations.batch import Role
from inference.object_relations.shape import RelFormerShape
from inference.research.relformer.attention import SelfLayer
from inference.research.relformer.embeddings import TextEmbedding, VisualEmbedding
from inference.research.relformer.encoder import at, pooled
from inference.research.relformer.gat import GraphAttention
from inference.research.relformer.model import RelationModel
from inference.research.relformer.tensors import Tensors


class Lies(IntEnum):
    """The position of one object relative to another; 0 is no edge."""

    SAME = 1
    LEFT = 2
    RIGHT = 3
    ABOVE = 4
    BELOW = 5


def scene_graph(boxes: Tensor, objects: Tensor) -> Tensor:
    """Returns int [B, O, O] `Lies` of each object (column) to each (row): by the larger of both distances.

    Args:
        boxes: float [B, O, 5], centres first.
        objects: bool [B, O] which there are.
    """
    across = boxes[:, None, :, 0] - boxes[:, :, None, 0]
    down = boxes[:, None, :, 1] - boxes[:, :, None, 1]
    sideways = torch.where(across < 0, int(Lies.LEFT), int(Lies.RIGHT))
    upright = torch.where(down < 0, int(Lies.ABOVE), int(Lies.BELOW))
    kinds = torch.where(across.abs() >= down.abs(), sideways, upright)
    same = torch.eye(boxes.shape[1], dtype=torch.bool, device=boxes.device)
    return torch.where(same, int(Lies.SAME), kinds) * (objects[:, :, None] & objects[:, None])


class BertSceneGraph(RelationModel):
    """Text and scene graph are encoded apart and joined by a classifier."""

    def __init__(self, shape: RelFormerShape) -> None:
        super().__init__(shape)
        self.text = TextEmbedding(shape)
        self.layers = nn.ModuleList(
            SelfLayer(shape.width, shape.heads, shape.inner, shape.dropout)
            for _ in range(shape.self_layers + shape.cross_layers)
        )
        self.visual = VisualEmbedding(shape)
        self.graph = nn.ModuleList(GraphAttention(shape.width, shape.heads, 1 + len(Lies)) for _ in range(2))
        self.norms = nn.ModuleList(nn.LayerNorm(shape.width) for _ in range(2))
        self.relations = nn.Sequential(
            nn.Linear(4 * shape.width, shape.width),
            nn.GELU(),
            nn.Dropout(shape.dropout),
            nn.Linear(shape.width, shape.relations),
        )

    def forward(self, batch: Tensors) -> Tensor:
        """Returns scores float [B, relations]."""
        words = self.text(batch)
        for layer in self.layers:
            words = layer(words, batch.text)
        # A scene graph has the objects' kinds and positions, but no depth.
        nodes = self.visual(replace(batch, deep=torch.zeros_like(batch.deep)))[0][:, : batch.objects.shape[1]]
        edges = scene_graph(batch.boxes, batch.objects)
        for layer, norm in zip(self.graph, self.norms, strict=True):
            nodes = norm(nodes + layer(nodes, edges))
        target = at(nodes, batch.target) * (batch.target >= 0)[:, None]
        ends = [pooled(words, batch.roles == role) for role in (Role.MENTION, Role.OTHER_END)]
        return self.relations(torch.cat([*ends, target, pooled(nodes, batch.objects)], dim=1))
