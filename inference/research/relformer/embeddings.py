"""The three modalities' inputs as vectors of one width."""

import torch
from torch import Tensor, nn

from inference.object_relations.batch import Role
from inference.object_relations.graph import Edge, Node
from inference.object_relations.shape import RelFormerShape
from inference.object_relations.words import PADDING
from inference.research.relformer.gat import GraphAttention
from inference.research.relformer.tensors import Tensors


class TextEmbedding(nn.Module):
    """Words, their places and what they are to the pair: float [B, T, width]."""

    def __init__(self, shape: RelFormerShape) -> None:
        super().__init__()
        self.words = nn.Embedding(shape.vocabulary, shape.width, padding_idx=PADDING)
        self.positions = nn.Embedding(shape.positions, shape.width)
        self.roles = nn.Embedding(len(Role), shape.width)
        self.features = nn.Linear(shape.text_features, shape.width) if shape.text_features else None
        self.norm = nn.LayerNorm(shape.width)
        self.dropout = nn.Dropout(shape.dropout)

    def forward(self, batch: Tensors) -> Tensor:
        """Returns float [B, T, width]."""
        if self.features is not None and batch.features is not None:
            words = self.features(batch.features)
        else:
            words = self.words(batch.ids)
        x = words + self.positions.weight[: batch.ids.shape[1]] + self.roles(batch.roles)
        return self.dropout(self.norm(x))


class VisualEmbedding(nn.Module):
    """The picture's grid as a ViT reads it, then the objects: their region, its depth and their box.

    The parts of an object are added; a part that is missing is not added at all.
    """

    def __init__(self, shape: RelFormerShape) -> None:
        super().__init__()
        side = shape.picture // shape.patch
        self.patch = nn.Conv2d(3, shape.width, shape.patch, shape.patch)
        self.places = nn.Parameter(torch.randn(side * side, shape.width) * 0.02)
        self.region = nn.Linear((shape.crop // shape.patch) ** 2 * shape.width, shape.width)
        self.depth = nn.Conv2d(1, shape.width, shape.patch, shape.patch)
        self.depth_region = nn.Linear((shape.crop // shape.patch) ** 2 * shape.width, shape.width)
        self.box = nn.Linear(5, shape.width)
        self.looks = nn.Linear(shape.object_features, shape.width) if shape.object_features else None
        self.object_kind = nn.Parameter(torch.randn(shape.width) * 0.02)
        self.target_kind = nn.Parameter(torch.randn(shape.width) * 0.02)
        self.norm = nn.LayerNorm(shape.width)
        self.dropout = nn.Dropout(shape.dropout)

    def forward(self, batch: Tensors) -> tuple[Tensor, Tensor]:
        """Returns the objects, then the grid, float [B, O + G, width], and which of them are there, bool [B, O + G]."""
        rows, count = batch.objects.shape
        grid = self.patch(batch.picture).flatten(2).transpose(1, 2) + self.places
        seen, deep = batch.seen[:, None, None], batch.deep[:, None, None]
        look = self.region(self.patch(batch.crops.flatten(0, 1)).flatten(1)).view(rows, count, -1)
        depth = self.depth_region(self.depth(batch.depths.flatten(0, 1)).flatten(1)).view(rows, count, -1)
        meant = torch.arange(count, device=batch.target.device)[None] == batch.target[:, None]
        objects = self.box(batch.boxes) + self.object_kind + meant[:, :, None] * self.target_kind
        if self.looks is not None and batch.looks is not None:
            # Of pictures that are known by their objects' vectors only, there is no grid either.
            objects, seen = objects + self.looks(batch.looks), torch.zeros_like(seen)
        objects = objects + look * seen + depth * deep
        x = self.dropout(self.norm(torch.cat([objects, grid], dim=1)))
        return x, torch.cat([batch.objects, seen[:, :, 0].expand(-1, grid.shape[1])], dim=1)


class KnowledgeEmbedding(nn.Module):
    """Nodes by the mean of their names' words and by their kind, then graph attention: float [B, N, width]."""

    def __init__(self, shape: RelFormerShape, words: nn.Embedding) -> None:
        super().__init__()
        self.words = words
        self.kinds = nn.Embedding(1 + len(Node), shape.width, padding_idx=0)
        self.norm = nn.LayerNorm(shape.width)
        self.layers = nn.ModuleList(
            GraphAttention(shape.width, shape.heads, 1 + len(Edge)) for _ in range(shape.gat_layers)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(shape.width) for _ in range(shape.gat_layers))
        self.dropout = nn.Dropout(shape.dropout)

    def forward(self, batch: Tensors) -> tuple[Tensor, Tensor]:
        """Returns the nodes float [B, N, width], and which of them are there, bool [B, N]."""
        lengths = (batch.nodes != PADDING).sum(dim=2, keepdim=True).clamp(min=1)
        names = self.words(batch.nodes).sum(dim=2) / lengths
        x = self.norm(names + self.kinds(batch.node_kinds))
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x = norm(x + self.dropout(layer(x, batch.edges)))
        return x, batch.node_kinds > 0
