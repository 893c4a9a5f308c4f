"""How often a candidate was named together with a story's items, in the form that plain counting ranks by."""

import math

import torch
from torch import Tensor, nn

from inference.training.next_entity.graphs import Graphs

APART = math.log(0.02)
"""Logarithm of a node's weight before training if the story has not named it; a node that it has named weighs one."""


class Counts(nn.Module):
    """Sums a candidate's links over weighted nodes, and takes the logarithm of the sum.

    Summing the logarithms of each node's links instead would distinguish many nodes with few links from few with many,
    but lose the order of the totals, by which counting ranks well.
    """

    def __init__(self, width: int) -> None:
        """Starts as the logarithm of the links with all that the story has named.

        Args:
            width: Of what is known of a node.
        """
        super().__init__()
        self.worth = nn.Linear(width + 3, 1)
        nn.init.zeros_(self.worth.weight)
        nn.init.zeros_(self.worth.bias)
        with torch.no_grad():
            self.worth.weight[0, -1] = APART

    def forward(self, known: Tensor, own: Tensor, graphs: Graphs) -> Tensor:
        """Returns a number for each candidate, at least zero, [B, C].

        Args:
            known: What is known of each node, [B, N, width].
            own: One for the node that was named last, else zero, [B, N].
            graphs: The questions.
        """
        there = graphs.mask.to(own.dtype)
        moved, passed = (counts.sum(1) + counts.sum(2) for counts in (graphs.current, graphs.history))
        # A session of one item has no transitions.
        named = torch.maximum((moved > 0).to(own.dtype), own) * there
        since = named.sum(1, keepdim=True) - named.cumsum(1)
        counts = torch.stack([torch.log1p(passed), torch.log1p(since) * named, 1 - named], dim=-1)
        worth = torch.exp(self.worth(torch.cat([known, counts], dim=-1)))[..., 0] * there
        return torch.log1p((graphs.links @ worth[..., None])[..., 0])
