"""An item's vector from its modalities: language, common sense and picture, each through an encoder of its own."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from inference.training.next_entity.shape import SessionShape

KINDS = ("language", "common-sense", "visual")
"""Modalities: the text vector, the vector of the item's place in the graph of the past, the picture vector."""


class ItemEncoder(nn.Module):
    """Maps the modalities into one space and lets each attend to the others; missing ones are masked."""

    def __init__(self, widths: Mapping[str, int], shape: SessionShape) -> None:
        """Makes a map for each modality.

        Args:
            widths: Width of each modality's vectors, by its name in `KINDS`.
            shape: Sizes.

        Raises:
            ValueError: A modality is unknown, or there is none.
        """
        super().__init__()
        if not widths or set(widths) - set(KINDS):
            raise ValueError(f"modalities are some of {', '.join(KINDS)}, not {', '.join(widths) or 'none'}")
        self.kinds = tuple(kind for kind in KINDS if kind in widths)
        self.maps = nn.ModuleDict({kind: _turned(widths[kind], shape.width) for kind in self.kinds})
        layers = shape.layers if len(self.kinds) > 1 else 0
        self.layers = nn.ModuleList(CrossAttention(shape) for _ in range(layers))
        self.dropout = nn.Dropout(shape.dropout)

    def forward(self, vectors: Mapping[str, Tensor], present: Mapping[str, Tensor]) -> Tensor:
        """Returns an item's vector, [n, width]: the mean over the modalities that it has; zero if it has none.

        Args:
            vectors: [n, width of the modality] each.
            present: bool [n] each.
        """
        states = torch.stack([self.dropout(self.maps[kind](vectors[kind])) for kind in self.kinds], dim=1)
        there = torch.stack([present[kind] for kind in self.kinds], dim=1)
        for layer in self.layers:
            states = layer(states, there)
        weights = there.to(states.dtype)[..., None]
        found: Tensor = (states * weights).sum(1) / weights.sum(1).clamp(min=1.0)
        return found


class CrossAttention(nn.Module):
    """Attention of each modality to the others of an item, then a small network; both start as the identity."""

    def __init__(self, shape: SessionShape) -> None:
        super().__init__()
        width = shape.width
        self.heads = shape.heads
        self.norm, self.inner_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.asked, self.keys, self.values = (nn.Linear(width, width) for _ in range(3))
        self.out = nn.Linear(width, width)
        self.inner = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
        self.dropout = nn.Dropout(shape.dropout)
        for last in (self.out, self.inner[-1]):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def forward(self, states: Tensor, there: Tensor) -> Tensor:
        """Returns the states after attention to the other modalities.

        Args:
            states: [n, modalities, width].
            there: bool [n, modalities].
        """
        normed = self.norm(states)
        asked, keys, values = (self._split(part(normed)) for part in (self.asked, self.keys, self.values))
        others = ~torch.eye(states.shape[1], dtype=torch.bool, device=states.device)
        allowed = (there[:, None, :] & others)[:, None]
        weights = (asked @ keys.transpose(-1, -2)) / asked.shape[-1] ** 0.5
        weights = torch.softmax(weights.masked_fill(~allowed, -1e9), dim=-1) * allowed
        heard = (weights @ values).transpose(1, 2).reshape(states.shape)
        states = states + self.dropout(self.out(heard))
        return states + self.dropout(self.inner(self.inner_norm(states)))

    def _split(self, states: Tensor) -> Tensor:
        return states.reshape(*states.shape[:2], self.heads, -1).transpose(1, 2)


def _turned(given: int, width: int) -> nn.Linear:
    """Returns a map that keeps inner products as well as its widths allow."""
    found = nn.Linear(given, width, bias=False)
    nn.init.orthogonal_(found.weight)
    return found
