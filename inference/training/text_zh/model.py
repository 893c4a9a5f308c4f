"""The Chinese model: units to a BiLSTM, a CRF for names, and a head for the relation of two names.

The CRF learns from partly labelled sentences (`inference.training.text.crf`). The pair head reads the sentence once for
each pair, with every unit's distance to both names (Zeng et al. 2014), and keeps the maximum over the units.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from inference.training.text import tags
from inference.training.text.crf import PartialCrf
from inference.training.text_zh.labels import ENTITY_TYPES, RELATIONS

REACH = 40
"""Units beyond this distance count as this far."""


@dataclass(frozen=True)
class Shape:
    """Sizes of the model."""

    pieces: int
    features: int
    piece_width: int = 96
    feature_width: int = 48
    hidden: int = 128
    layers: int = 1
    place_width: int = 24
    pair_width: int = 160
    dropout: float = 0.35


class Encoder(nn.Module):
    """Units to vectors [B, n, 2 * hidden]."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.pieces = nn.Embedding(shape.pieces, shape.piece_width)
        self.features = nn.Embedding(shape.features, shape.feature_width)
        self.dropout = nn.Dropout(shape.dropout)
        width = shape.piece_width + shape.feature_width
        self.lstm = nn.LSTM(
            width,
            shape.hidden,
            shape.layers,
            batch_first=True,
            bidirectional=True,
            dropout=shape.dropout if shape.layers > 1 else 0,
        )

    def forward(self, ids: Tensor, features: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Returns the units' vectors; `lengths` int [B] on the CPU, None where there is no padding."""
        x = self.dropout(torch.cat([self.pieces(ids), self.features(features)], dim=2))
        if lengths is None:
            return self.lstm(x)[0]
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        return pad_packed_sequence(self.lstm(packed)[0], batch_first=True)[0]


class PairHead(nn.Module):
    """Scores FinRE's relations for pairs of names of one sentence."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = 2 * shape.hidden
        self.places = nn.Embedding(2 * REACH + 1, shape.place_width)
        self.read = nn.Linear(width, shape.pair_width)
        self.near_head = nn.Linear(shape.place_width, shape.pair_width, bias=False)
        self.near_tail = nn.Linear(shape.place_width, shape.pair_width, bias=False)
        self.mix = nn.Linear(4 * width + shape.pair_width, shape.pair_width)
        self.relations = nn.Linear(shape.pair_width, len(RELATIONS))
        self.dropout = nn.Dropout(shape.dropout)

    def forward(self, units: Tensor, pairs: Tensor) -> Tensor:
        """Returns float [K, relations] scores.

        Args:
            units: float [n, width] of one sentence.
            pairs: int [K, 4] first and last unit of the head, first and last unit of the tail.
        """
        return self.score(units[None], torch.zeros_like(pairs[:, 0]), pairs)

    def score(self, units: Tensor, rows: Tensor, pairs: Tensor, mask: Tensor | None = None) -> Tensor:
        """Returns float [K, relations] scores of pairs of several sentences.

        Args:
            units: float [B, n, width].
            rows: int [K] the sentence of each pair.
            pairs: int [K, 4] as in `forward`.
            mask: bool [B, n], true on units, false on padding; None where there is no padding.
        """
        places = torch.arange(units.shape[1])[None, :, None] - pairs[:, None, :]
        # Negative before a name, zero within it, positive after it.
        to_head = places[:, :, 0].clamp(max=0) + places[:, :, 1].clamp(min=0)
        to_tail = places[:, :, 2].clamp(max=0) + places[:, :, 3].clamp(min=0)
        head = self.near_head(self.places(to_head.clamp(-REACH, REACH) + REACH))
        tail = self.near_tail(self.places(to_tail.clamp(-REACH, REACH) + REACH))
        seen = torch.relu(self.read(units)[rows] + head + tail)
        if mask is not None:
            seen = seen * mask[rows][:, :, None]
        seen = seen.amax(dim=1)
        ends = torch.cat([units[rows, pairs[:, i]] for i in range(4)], dim=1)
        mixed = torch.relu(self.mix(self.dropout(torch.cat([ends, seen], dim=1))))
        return self.relations(self.dropout(mixed))


class ChineseModel(nn.Module):
    """Encoder, CRF mention head and pair head."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.encoder = Encoder(shape)
        self.dropout = nn.Dropout(shape.dropout)
        self.emissions = nn.Linear(2 * shape.hidden, tags.count(len(ENTITY_TYPES)))
        self.crf = PartialCrf(len(ENTITY_TYPES))
        self.pairs = PairHead(shape)


def pair_loss(scores: Tensor, gold: Tensor) -> Tensor:
    """Returns the summed loss of pairs: minus the log of the probability that all relations that hold have together.

    Args:
        scores: float [K, relations].
        gold: bool [K, relations] at least one a row; `unknown` where none holds.
    """
    return (torch.logsumexp(scores, dim=1) - torch.logsumexp(scores.masked_fill(~gold, tags.FORBIDDEN), dim=1)).sum()
