"""What a pair reads: attention over the window's words that knows where each stands to subject and object.

Pooled names alone do not tell "A's rival B" from "A's owner B" once several names share a sentence. Here each pair asks
for words of its own, by what they mean, how far before or after either name they stand (as in relative attention, Shaw
et al. 2018), and whether another name covers them. All but a look-up is worked out once for a window.
"""

import torch
from torch import Tensor, nn

DISTANCES = (0, 1, 2, 3, 4, 6, 9, 14, 22)
"""Lower bounds of the word distances told apart, on either side of a name; 0 is the name itself."""
PLACES = 2 * len(DISTANCES) - 1


class PairReader(nn.Module):
    """Reads a vector for each pair from the words of its window."""

    def __init__(self, width: int, pair: int, types: int, heads: int, head_width: int) -> None:
        """Starts untrained.

        Args:
            width: Of the words' vectors.
            pair: Of subject's and object's vectors, each.
            types: Entity types.
            heads: Attention heads.
            head_width: Of each head.
        """
        super().__init__()
        self.heads, self.head_width = heads, head_width
        self.query = nn.Linear(2 * pair, heads * head_width)
        self.key = nn.Linear(width, heads * head_width)
        self.value = nn.Linear(width, heads * head_width)
        self.from_subject = nn.Parameter(torch.zeros(heads, head_width, PLACES))
        self.from_object = nn.Parameter(torch.zeros(heads, head_width, PLACES))
        self.covered = nn.Parameter(torch.zeros(heads, head_width, types + 1))
        for table in (self.from_subject, self.from_object, self.covered):
            nn.init.normal_(table, std=0.2)

    def forward(self, words: Tensor, ends: Tensor, spans: Tensor, covers: Tensor) -> Tensor:
        """Returns float [K, heads * head_width].

        Args:
            words: float [n, width].
            ends: float [K, 2 * pair] subject's and object's vectors.
            spans: int [K, 4] first and last word of the subject, first and last word of the object.
            covers: int [n] 0 for a word outside all names, else 1 + the type of the name that it is part of.
        """
        count = words.shape[0]
        query = self.query(ends).view(-1, self.heads, self.head_width).transpose(0, 1)
        key = self.key(words).view(-1, self.heads, self.head_width).permute(1, 2, 0)
        value = self.value(words).view(-1, self.heads, self.head_width).transpose(0, 1)
        scores = query @ key
        at = torch.arange(count, device=words.device)
        for table, first in ((self.from_subject, 0), (self.from_object, 2)):
            place = places(at, spans[:, first : first + 1], spans[:, first + 1 : first + 2])
            scores = scores + torch.gather(query @ table, 2, place.expand(self.heads, -1, -1))
        scores = scores + (query @ self.covered)[:, :, covers]
        looks = torch.softmax(scores * self.head_width**-0.5, dim=-1)
        return (looks @ value).transpose(0, 1).reshape(-1, self.heads * self.head_width)


def places(at: Tensor, first: Tensor, last: Tensor) -> Tensor:
    """Returns int64 [K, n]: where each word stands to each span, as an index of the tables.

    Args:
        at: int [n] the words' indices.
        first: int [K, 1] first word of each span.
        last: int [K, 1] its last word.
    """
    before, after = (first - at).clamp(min=0), (at - last).clamp(min=0)
    apart = before + after
    steps = torch.zeros_like(apart)
    for bound in DISTANCES[1:]:
        steps = steps + (apart >= bound).long()
    return steps + (before > 0).long() * (len(DISTANCES) - 1)
