"""MOREformer's idea (He et al. 2023).

The object's attributes are part of the text, its depth is part of its region, its box is its position, and text and
regions attend to each other in the upper layers.
"""

import torch
from torch import Tensor, nn

from inference.object_relations.batch import Role
from inference.object_relations.shape import RelFormerShape
from inference.research.relformer.attention import CrossAttention, SelfLayer
from inference.research.relformer.embeddings import TextEmbedding, VisualEmbedding
from inference.research.relformer.encoder import at, pooled
from inference.research.relformer.model import RelationModel
from inference.research.relformer.tensors import Tensors


class _Layer(nn.Module):
    """Both streams' own layers, and in the upper half attention of each to the other."""

    def __init__(self, shape: RelFormerShape, *, crossing: bool) -> None:
        super().__init__()
        self.text = SelfLayer(shape.width, shape.heads, shape.inner, shape.dropout)
        self.regions = SelfLayer(shape.width, shape.heads, shape.inner, shape.dropout)
        names = ("ask_regions", "ask_text") if crossing else ()
        self.crossing = nn.ModuleDict({n: CrossAttention(shape.width, shape.heads, shape.dropout) for n in names})

    def forward(self, words: Tensor, text: Tensor, regions: Tensor, objects: Tensor) -> tuple[Tensor, Tensor]:
        words, regions = self.text(words, text), self.regions(regions, objects)
        if not self.crossing:
            return words, regions
        return (
            self.crossing["ask_regions"](words, regions, objects),
            self.crossing["ask_text"](regions, words, text),
        )


class MoreFormer(RelationModel):
    """Attribute-aware text, depth-aware regions, positions; the pair is the mention with region and caption."""

    def __init__(self, shape: RelFormerShape) -> None:
        super().__init__(shape)
        self.text = TextEmbedding(shape)
        self.visual = VisualEmbedding(shape)
        depth = shape.self_layers + shape.cross_layers
        self.layers = nn.ModuleList(_Layer(shape, crossing=level >= shape.self_layers) for level in range(depth))
        self.end = nn.Linear(3 * shape.width, shape.width)
        self.relations = nn.Linear(2 * shape.width, shape.relations)

    def forward(self, batch: Tensors) -> Tensor:
        """Returns scores float [B, relations]."""
        words = self.text(batch)
        regions = self.visual(batch)[0][:, : batch.objects.shape[1]]
        for layer in self.layers:
            words, regions = layer(words, batch.text, regions, batch.objects)
        target = at(regions, batch.target) * (batch.target >= 0)[:, None]
        others = [pooled(words, batch.roles == role) for role in (Role.CAPTION, Role.OTHER_END)]
        end = self.end(torch.cat([target, *others], dim=1))
        return self.relations(torch.cat([pooled(words, batch.roles == Role.MENTION), end], dim=1))
