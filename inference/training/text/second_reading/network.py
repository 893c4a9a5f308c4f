"""The network of the second reading.

Each pair has four markers, at the first and last piece of its subject and of its object, one kind for each type of
name. They go through layers of their own, which begin as copies of the encoder's last ones, and look at the text as the
encoder saw it there and at each other; the text does not look at them. So the text is encoded once for all its pairs,
and no pair depends on another. Levitated markers: Ye et al. 2022, https://aclanthology.org/2022.acl-long.337; typed
markers: Zhou and Chen 2022, https://aclanthology.org/2022.aacl-short.21.
"""

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.training.text.annotated.reading import MODALITIES
from inference.training.text.encoder import Encoder, Layer, without_padding

MARKERS = 4
"""Markers of a pair: first and last piece of the subject, first and last piece of the object."""


@dataclass(frozen=True)
class SecondShape:
    """Sizes of the second reading.

    Attributes:
        layers: Layers of its own.
        types: Types of names.
        columns: Relations and roles, as in the pair head.
    """

    layers: int
    types: int
    columns: int


class SecondReading(nn.Module):
    """Scores every relation, and the modality, of pairs whose names are marked."""

    def __init__(self, shape: SecondShape, encoder: Encoder) -> None:
        """Starts from copies of the encoder's last layers."""
        super().__init__()
        width = encoder.words.weight.shape[1]
        self.shape = shape
        self.marks = nn.Embedding(MARKERS * shape.types, width)
        nn.init.normal_(self.marks.weight, std=0.05)
        last = list(encoder.layers)[-shape.layers :]
        self.layers = nn.ModuleList(copy.deepcopy(layer).requires_grad_(True) for layer in last)
        self.hidden = nn.Linear(MARKERS * width, width)
        self.relations = nn.Linear(width, shape.columns + 1)
        self.modality = nn.Linear(width, len(MODALITIES))
        self.dropout = nn.Dropout(0.1)

    def forward(
        self, states: Tensor, marks: Tensor, places: Tensor, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Returns float [B, K, R], each relation's score minus the threshold's, and float [B, K, M] of each modality.

        Args:
            states: float [layers, B, P, width] what each of the encoder's last layers read (`states`).
            marks: int [B, 4K] kind of each marker (`kinds`).
            places: int [B, 4K] piece at which each marker stands.
            mask: bool [B, P], true on pieces, false on padding; None where there is no padding.
        """
        width = states.shape[3]
        y = self.marks(marks) + states[0].gather(1, places[:, :, None].expand(-1, -1, width))
        y = self.dropout(y)
        hidden = without_padding(mask, states.dtype)
        for text, layer in zip(states, self.layers, strict=True):
            y = _read(layer, text, y, hidden)
        pairs = y.reshape(y.shape[0], -1, MARKERS * width)
        pairs = self.dropout(functional.gelu(self.hidden(self.dropout(pairs))))
        scores = self.relations(pairs)
        return scores[:, :, :-1] - scores[:, :, -1:], self.modality(pairs)


def _read(layer: Layer, text: Tensor, markers: Tensor, hidden: Tensor | None) -> Tensor:
    """Returns the markers [B, 4K, width] after a layer: they look at the text [B, P, width] and at those of their pair.

    `hidden` float [B, 1, 1, P] is added to the scores of the text.
    """
    attention = layer.attention
    heads, width = attention.heads, text.shape[2]
    each = width // heads

    def split(x: Tensor) -> Tensor:
        return x.view(x.shape[0], -1, heads, each).transpose(1, 2)

    def by_pair(x: Tensor) -> Tensor:
        return x.reshape(x.shape[0], heads, -1, MARKERS, each)

    pieces = text.shape[1]
    # Together, so that each weight is used once: the exported graph would hold it twice.
    both = torch.cat([text, markers], dim=1)
    keys, values = split(attention.key(both)), split(attention.value(both))
    queries = split(attention.query(markers)) * each**-0.5
    of_text = queries @ keys[:, :, :pieces].transpose(2, 3)
    if hidden is not None:
        of_text = of_text + hidden
    of_pair = by_pair(queries) @ by_pair(keys[:, :, pieces:]).transpose(3, 4)
    looks = torch.softmax(torch.cat([of_text, of_pair.flatten(2, 3)], dim=3), dim=3)
    at_text, at_pair = looks[..., :-MARKERS], looks[..., -MARKERS:].reshape(*of_pair.shape)
    seen = at_text @ values[:, :, :pieces] + (at_pair @ by_pair(values[:, :, pieces:])).flatten(2, 3)
    y = layer.attention_norm(markers + attention.output(seen.transpose(1, 2).flatten(2)))
    read: Tensor = layer.output_norm(y + layer.output(functional.gelu(layer.intermediate(y))))
    return read


def states(encoder: Encoder, layers: int, ids: Tensor, cases: Tensor, mask: Tensor | None = None) -> Tensor:
    """Returns float [layers, B, P, width]: what each of the encoder's last layers reads; see `Encoder.forward`."""
    x = encoder.embedded(ids, cases)
    bias = without_padding(mask, x.dtype)
    every = [x]
    for layer in encoder.layers[:-1]:
        every.append(layer(every[-1], bias))
    return torch.stack(every[-layers:])
