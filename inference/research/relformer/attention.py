"""Scaled dot-product attention in several heads, over a memory of which parts may be missing (equation 1)."""

import torch
from torch import Tensor, nn
from torch.nn import functional

HIDDEN = -1e4
"""Added to the score of something that must not be seen."""


class Attention(nn.Module):
    """Softmax(Q K^T / sqrt(d)) V of a query over a memory; self-attention if they are the same (equation 1)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.output = nn.Linear(width, width)

    def forward(self, x: Tensor, memory: Tensor, mask: Tensor, prefix: tuple[Tensor, Tensor] | None = None) -> Tensor:
        """Returns float [B, Q, width]; exactly zero in rows whose memory is wholly missing.

        Args:
            x: float [B, Q, width] the queries.
            memory: float [B, M, width] keys and values.
            mask: bool [B, M], true where the memory may be read.
            prefix: Further memory, float [B, P, width] with its mask, that only this layer sees.
        """
        if prefix is not None:
            memory = torch.cat([prefix[0], memory], dim=1)
            mask = torch.cat([prefix[1], mask], dim=1)
        bias = (~mask)[:, None, None, :].to(x.dtype) * HIDDEN
        mixed = functional.scaled_dot_product_attention(
            self._split(self.query(x)), self._split(self.key(memory)), self._split(self.value(memory)), bias
        )
        batch, _, length, width = mixed.shape
        joined = self.output(mixed.transpose(1, 2).reshape(batch, length, self.heads * width))
        return joined * mask.any(dim=1)[:, None, None]

    def _split(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        return x.view(batch, length, self.heads, width // self.heads).transpose(1, 2)


class SelfLayer(nn.Module):
    """A post-norm Transformer layer: a modality attends to itself."""

    def __init__(self, width: int, heads: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.attention = Attention(width, heads)
        self.attention_norm = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, inner), nn.GELU(), nn.Linear(inner, width))
        self.mlp_norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor, prefix: tuple[Tensor, Tensor] | None = None) -> Tensor:
        """Returns float [B, n, width]; arguments as in `Attention`."""
        x = self.attention_norm(x + self.dropout(self.attention(x, x, mask, prefix)))
        return self.mlp_norm(x + self.dropout(self.mlp(x)))


class CrossAttention(nn.Module):
    """LayerNorm(CrossAttn(X, Y, Y) + X): a modality attends to another (equations 2 and 3)."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.attention = Attention(width, heads)
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, other: Tensor, mask: Tensor) -> Tensor:
        """Returns float [B, Q, width]; arguments as in `Attention`."""
        return self.norm(x + self.dropout(self.attention(x, other, mask)))
