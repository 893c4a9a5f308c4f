"""The features of one pair from the three modalities, as one vector (equation 4)."""

import torch
from torch import Tensor, nn

from inference.object_relations.shape import RelFormerShape


class Fusion(nn.Module):
    """F' = LayerNorm(F + MLP(F)), where F is the modalities concatenated, projected to one width (equation 4)."""

    def __init__(self, shape: RelFormerShape, parts: int) -> None:
        super().__init__()
        self.join = nn.Linear(parts * shape.width, shape.width)
        self.mlp = nn.Sequential(
            nn.Linear(shape.width, shape.inner),
            nn.GELU(),
            nn.Dropout(shape.dropout),
            nn.Linear(shape.inner, shape.width),
        )
        self.norm = nn.LayerNorm(shape.width)

    def forward(self, parts: list[Tensor]) -> Tensor:
        """Returns float [B, width] of parts float [B, width]; a missing one is zero and adds nothing."""
        joined = self.join(torch.cat(parts, dim=-1))
        return self.norm(joined + self.mlp(joined))
