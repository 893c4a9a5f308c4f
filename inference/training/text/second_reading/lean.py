"""The second reading of exactly one window, with a graph of less than half of the operations.

Key and value are one product, as are relations and modality; the batch is known to be 1, so hardly any shape is
computed. No sum runs over other terms than in `network`.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.training.text.encoder import Layer
from inference.training.text.export.lean import joined, scaled
from inference.training.text.second_reading.network import MARKERS, SecondReading


class LeanReading(nn.Module):
    """A second reading for one window; the weights are the given one's."""

    def __init__(self, model: SecondReading) -> None:
        super().__init__()
        self.marks, self.hidden = model.marks, model.hidden
        self.layers = nn.ModuleList(LeanReadingLayer(layer) for layer in model.layers if isinstance(layer, Layer))
        self.outputs = joined(model.relations, model.modality)
        self.columns = model.shape.columns

    def forward(self, states: Tensor, kinds: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
        """Returns float [K, R], each relation's score minus the threshold's, and float [K, M] of each modality.

        Args:
            states: float [layers, P, width].
            kinds: int [4K].
            places: int [4K].
        """
        pieces, width = states.shape[1:]
        texts = states.unbind(0)
        y = self.marks(kinds) + texts[0].index_select(0, places)
        for text, layer in zip(texts, self.layers, strict=True):
            y = layer(text, y, pieces)
        found = self.outputs(functional.gelu(self.hidden(y.reshape(-1, MARKERS * width))))
        scores, least, modality = found.split((self.columns, 1, found.shape[1] - self.columns - 1), dim=1)
        return scores - least, modality


class LeanReadingLayer(nn.Module):
    """A layer for one window; the weights are the given layer's."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        first = layer.attention
        self.layer = layer
        self.heads, self.width = first.heads, first.query.in_features // first.heads
        self.query = scaled(first.query, self.width**-0.5)
        self.mixed = joined(first.key, first.value)

    def forward(self, text: Tensor, markers: Tensor, pieces: int | Tensor) -> Tensor:
        """Returns the markers [4K, width] after the layer; see `network`.

        Args:
            text: float [P, width].
            markers: float [4K, width].
            pieces: P.
        """
        heads, width = self.heads, self.width

        def by_pair(x: Tensor) -> Tensor:
            return x.reshape(heads, -1, MARKERS, width)

        # Turned around once for all, and only then cut: what is cut off lies together.
        mixed = self.mixed(torch.cat([text, markers])).reshape(-1, 2 * heads, width).transpose(0, 1)
        key, value = mixed[:, :pieces].split(heads)
        own_key, own_value = mixed[:, pieces:].split(heads)
        query = self.query(markers).reshape(-1, heads, width).transpose(0, 1)
        of_text = query @ key.transpose(1, 2)
        of_pair = by_pair(query) @ by_pair(own_key).transpose(2, 3)
        looks = torch.softmax(torch.cat([of_text, of_pair.reshape(heads, -1, MARKERS)], dim=2), dim=2)
        at_pair = looks[..., -MARKERS:].reshape(heads, -1, MARKERS, MARKERS)
        seen = looks[..., :-MARKERS] @ value + (at_pair @ by_pair(own_value)).reshape(heads, -1, width)
        layer = self.layer
        y = layer.attention_norm(markers + layer.attention.output(seen.transpose(0, 1).reshape(-1, heads * width)))
        read: Tensor = layer.output_norm(y + layer.output(functional.gelu(layer.intermediate(y))))
        return read
