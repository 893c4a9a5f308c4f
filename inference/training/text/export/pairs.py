"""The pair head as it is exported: the same scores, for less work at each pair.

Most of the products between the numbers of a group weigh next to nothing: only the heaviest are worked out. Pairs are
the last axis there, so that each product is one of two long rows. What can be summed beforehand is: the weights of
h_i - h_j belong to h_i and h_j, and the threshold's score is part of each relation's.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.training.text.pairs import PairHead

KEPT = 256
"""Products kept of the `group * width` that are trained; chosen on development sets."""


class LeanPairs(nn.Module):
    """Computes what `PairHead.forward` does in evaluation, but for the products left out."""

    first: Tensor
    second: Tensor

    def __init__(self, head: PairHead, kept: int = KEPT) -> None:
        """Takes over a trained head; `kept` products at most."""
        super().__init__()
        self.head = head
        width, group = head.shape.width, head.shape.group
        w1, w2, w3, products = head.hidden.weight.detach().split([width] * 3 + [group * width], dim=1)
        chosen = products.norm(dim=0).topk(min(kept, group * width)).indices.sort().values
        start = chosen // group**2 * group
        self.register_buffer("first", start + chosen % group**2 // group)
        self.register_buffer("second", start + chosen % group)
        self.products = nn.Parameter(products[:, chosen].t().contiguous())
        self.of_subject, self.of_object = nn.Parameter(w1 + w3), nn.Parameter(w2 - w3)
        self.relations = nn.Linear(head.relations.in_features, head.relations.out_features - 1)
        self.relations.weight.data = (head.relations.weight[:-1] - head.relations.weight[-1:]).detach()
        self.relations.bias.data = (head.relations.bias[:-1] - head.relations.bias[-1:]).detach()

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
        """Returns float [K, R] and [K, M]; inputs and outputs as in `PairHead.forward`."""
        h_i, h_j = self.head.ends(words, first, last, pool, kinds, pairs)
        products = h_i.t()[self.first] * h_j.t()[self.second]
        pair = functional.linear(h_i, self.of_subject, self.head.hidden.bias) + functional.linear(h_j, self.of_object)
        pair = pair + products.t() @ self.products + self.head.distance(steps)
        pair = pair + self.head.read(self.head.reader(words, torch.cat([h_i, h_j], dim=1), spans, covers))
        hidden = torch.relu(pair)
        return self.relations(hidden), self.head.modality(hidden)
