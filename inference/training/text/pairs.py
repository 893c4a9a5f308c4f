"""The pair head: which relations hold between two entities of a window, and in which modality?

Each entity is the mean of its mentions. A pair also sees the words that both attend to (localised context, Zhou et al.
2021) and those that it asks for itself (`pair_reader`). It is read as [h_i, h_j, h_i - h_j, h_i x h_j], where x
multiplies each number of a group with each of the same group (grouped bilinear, ibid.). A learned threshold class
decides how much evidence is enough.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.training.text.annotated.reading import MODALITIES
from inference.training.text.pair_reader import PairReader

BUCKETS = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55)
"""Lower bounds of the word distances that get a vector of their own, once for each order of the two mentions."""


@dataclass(frozen=True)
class PairShape:
    """Sizes of the pair head; a product is taken within groups of `group` numbers."""

    width: int = 128
    heads: int = 4
    head_width: int = 32
    hidden: int = 192
    group: int = 8
    reader_heads: int = 6
    reader_width: int = 32


class PairHead(nn.Module):
    """Scores every relation and the threshold for pairs of entities of one window."""

    def __init__(self, width: int, types: int, relations: int, shape: PairShape) -> None:
        super().__init__()
        self.shape = shape
        self.first = nn.Linear(width, shape.width)
        self.last = nn.Linear(width, shape.width)
        self.types = nn.Linear(types, shape.width, bias=False)
        self.norm = nn.LayerNorm(shape.width)
        self.query = nn.Linear(shape.width, shape.heads * shape.head_width)
        self.key = nn.Linear(width, shape.heads * shape.head_width)
        self.value = nn.Linear(width, shape.width)
        self.subject = nn.Linear(2 * shape.width, shape.width)
        self.object = nn.Linear(2 * shape.width, shape.width)
        self.reader = PairReader(width, shape.width, types, shape.reader_heads, shape.reader_width)
        self.read = nn.Linear(shape.reader_heads * shape.reader_width, shape.hidden, bias=False)
        self.distance = nn.Embedding(2 * len(BUCKETS), shape.hidden)
        self.hidden = nn.Linear((3 + shape.group) * shape.width, shape.hidden)
        self.relations = nn.Linear(shape.hidden, relations + 1)
        self.modality = nn.Linear(shape.hidden, len(MODALITIES))
        self.dropout = nn.Dropout(0.1)

    def forward(  # noqa: PLR0917  an exported graph's inputs come by position
        self,
        words: Tensor,
        first: Tensor,
        last: Tensor,
        pool: Tensor,
        kinds: Tensor,
        pairs: Tensor,
        steps: Tensor,
        spans: Tensor,
        covers: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Returns float [K, R], each relation's score minus the threshold's, and float [K, M], of each modality.

        Args:
            words: float [n, width] the words' vectors.
            first: int [m] first word of each mention.
            last: int [m] last word of each mention.
            pool: float [E, m] how much of each mention is in each entity; rows sum to 1.
            kinds: float [E, types] entity types.
            pairs: int [K, 2] subject and object.
            steps: int [K] distance buckets (`bucket`).
            spans: int [K, 4] first and last word of subject and object, where they stand nearest to each other.
            covers: int [n] 0 for a word outside all mentions, else 1 + the type of the mention that it is part of.
        """
        h_i, h_j = self.ends(words, first, last, pool, kinds, pairs)
        groups = (-1, self.shape.width // self.shape.group, self.shape.group)
        products = (h_i.view(groups)[:, :, :, None] * h_j.view(groups)[:, :, None]).flatten(1)
        pair = self.hidden(self.dropout(torch.cat([h_i, h_j, h_i - h_j, products], dim=1)))
        around = self.reader(words, torch.cat([h_i, h_j], dim=1), spans, covers)
        hidden = torch.relu(pair + self.distance(steps) + self.read(self.dropout(around)))
        scores = self.relations(hidden)
        return scores[:, :-1] - scores[:, -1:], self.modality(hidden)

    def ends(  # noqa: PLR0917  as in `forward`
        self, words: Tensor, first: Tensor, last: Tensor, pool: Tensor, kinds: Tensor, pairs: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Returns h_i and h_j, each float [K, shape.width]: subject and object, each with what both attend to."""
        shape = self.shape
        entities = self.norm(pool @ (self.first(words[first]) + self.last(words[last])) + self.types(kinds))
        queries = self.query(entities).view(-1, shape.heads, shape.head_width).transpose(0, 1)
        keys = self.key(words).view(-1, shape.heads, shape.head_width).transpose(0, 1)
        looks = torch.softmax(queries @ keys.transpose(1, 2) * shape.head_width**-0.5, dim=-1)
        s, o = pairs[:, 0], pairs[:, 1]
        both = (looks[:, s] * looks[:, o]).sum(dim=0)
        context = (both / (both.sum(dim=1, keepdim=True) + 1e-9)) @ self.value(words)
        h_i = torch.tanh(_of_both(self.subject, entities, s, context))
        h_j = torch.tanh(_of_both(self.object, entities, o, context))
        return h_i, h_j


def _of_both(layer: nn.Linear, entities: Tensor, which: Tensor, context: Tensor) -> Tensor:
    """Returns the layer of [entity, context] for each pair, its entity's half worked out once for each entity."""
    mine, around = layer.weight.split(context.shape[1], dim=1)
    return functional.linear(entities, mine, layer.bias)[which] + functional.linear(context, around)
