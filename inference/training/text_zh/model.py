"""The Chinese model: units to a small BERT and LAC, a CRF for names, and a head for the relation of two names.

The CRF learns from partly labelled sentences (`inference.training.text.crf`). The pair head reads the sentence once for
each pair, with every unit's distance to both names (Zeng et al. 2014), and keeps the maximum over the units.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from inference.training.text import tags
from inference.training.text.crf import PartialCrf
from inference.training.text_zh import lac
from inference.training.text_zh.encoder import Encoder
from inference.training.text_zh.labels import ENTITY_TYPES, RELATIONS

REACH = 40
"""Units beyond this distance count as this far."""


@dataclass(frozen=True)
class Shape:
    """Sizes of the model; width and heads are bge-small-zh's."""

    pieces: int
    width: int = 512
    heads: int = 8
    tag_width: int = 256
    place_width: int = 24
    pair_width: int = 192
    dropout: float = 0.2


class PairHead(nn.Module):
    """Scores FinRE's relations for pairs of names of one sentence."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
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
        self.shape = shape
        self.encoder = Encoder(shape.pieces, shape.width, shape.heads, shape.dropout / 2)
        self.tags = nn.Sequential(
            nn.Dropout(shape.dropout),
            nn.Linear(shape.width + lac.WIDTH, shape.tag_width),
            nn.GELU(),
            nn.Dropout(shape.dropout),
            nn.Linear(shape.tag_width, tags.count(len(ENTITY_TYPES))),
        )
        self.crf = PartialCrf(len(ENTITY_TYPES))
        self.pairs = PairHead(shape)

    def tag(self, units: Tensor, names: Tensor) -> Tensor:
        """Returns the tags' scores [B, n, T], given both vectors of each unit."""
        scores: Tensor = self.tags(torch.cat([units, names], dim=-1))
        return scores


def pair_loss(scores: Tensor, gold: Tensor) -> Tensor:
    """Returns the summed loss of pairs: minus the log of the probability that all relations that hold have together.

    Args:
        scores: float [K, relations].
        gold: bool [K, relations] at least one a row; `unknown` where none holds.
    """
    return (torch.logsumexp(scores, dim=1) - torch.logsumexp(scores.masked_fill(~gold, tags.FORBIDDEN), dim=1)).sum()
