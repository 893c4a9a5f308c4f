"""Layers for exactly one window, with a graph a third smaller.

Query, key and value are one product, the attention's scale is part of its weights, and as the batch is known to be 1 no
shape is computed: for windows of news length such small change was a third of the time.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.training.text.encoder import Encoder, Layer

MAX_PIECES = 192
"""Pieces of the longest window: further positions are not exported."""


class LeanLayer(nn.Module):
    """A layer for one window, [n, width] to [n, width]; the weights are the given layer's."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        first = layer.attention
        self.layer = layer
        self.heads, self.width = first.heads, first.query.in_features // first.heads
        self.mixed = joined(scaled(first.query, self.width**-0.5), first.key, first.value)

    def forward(self, x: Tensor) -> Tensor:
        """Returns float [n, width]."""
        whole = self.heads * self.width
        query, key, value = (
            part.reshape(-1, self.heads, self.width) for part in self.mixed(x).split((whole,) * 3, dim=1)
        )
        scores = query.transpose(0, 1) @ key.permute(1, 2, 0)
        seen = (torch.softmax(scores, dim=-1) @ value.transpose(0, 1)).transpose(0, 1)
        layer = self.layer
        x = layer.attention_norm(x + layer.attention.output(seen.reshape(-1, whole)))
        return layer.output_norm(x + layer.output(functional.gelu(layer.intermediate(x))))


class LeanEncoder(nn.Module):
    """Pieces and cases of one window, int [1, n], to vectors; the weights are the given encoder's."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.layers = nn.ModuleList(map(LeanLayer, encoder.layers))
        self.table = nn.Parameter(encoder.positions.weight.detach()[None, :MAX_PIECES].clone())

    def forward(self, input_ids: Tensor, case_ids: Tensor) -> list[Tensor]:
        """Returns float [n, width] of the embeddings and after each layer."""
        x = self.encoder.words(input_ids) + self.encoder.cases(case_ids) + self.table[:, : input_ids.shape[1]]
        every = [self.encoder.norm(x)[0]]
        for layer in self.layers:
            every.append(layer(every[-1]))
        return every


def joined(*parts: nn.Linear) -> nn.Linear:
    """Returns linear maps of the same input as one, whose outputs follow each other."""
    one = nn.Linear(parts[0].in_features, sum(part.out_features for part in parts))
    one.weight.data = torch.cat([part.weight.detach() for part in parts])
    one.bias.data = torch.cat([part.bias.detach() for part in parts])
    return one


def scaled(linear: nn.Linear, factor: float) -> nn.Linear:
    """Returns a linear map times a factor."""
    one = nn.Linear(linear.in_features, linear.out_features)
    one.weight.data, one.bias.data = linear.weight.detach() * factor, linear.bias.detach() * factor
    return one
