"""Graph attention (Veličković et al. 2018) over a dense matrix of kinds of edges."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.research.relformer.attention import HIDDEN

SLOPE = 0.2
"""Of the LeakyReLU, as published."""


class GraphAttention(nn.Module):
    """One layer: a node is the attention-weighted mean of the nodes it sees, per head, heads concatenated.

    score(i, j) = LeakyReLU(a_target . W h_i + a_source . W h_j + a_edge[kind(i, j)]), softmax over the j that i sees.
    Dense, so that it exports to ONNX; equal to the sparse form edge by edge.
    """

    def __init__(self, width: int, heads: int, kinds: int) -> None:
        """Makes a layer for edges of some kinds, 0 for no edge included."""
        super().__init__()
        self.heads = heads
        self.project = nn.Linear(width, width, bias=False)
        self.of_target = nn.Parameter(torch.empty(heads, width // heads))
        self.of_source = nn.Parameter(torch.empty(heads, width // heads))
        self.of_edge = nn.Embedding(kinds, heads)
        self.bias = nn.Parameter(torch.zeros(width))
        nn.init.xavier_uniform_(self.of_target)
        nn.init.xavier_uniform_(self.of_source)

    def forward(self, nodes: Tensor, edges: Tensor) -> Tensor:
        """Returns float [B, N, width]; zero for a node that sees none.

        Args:
            nodes: float [B, N, width].
            edges: int [B, N, N] kind of edge by which the row's node sees the column's, 0 for not at all.
        """
        batch, count, width = nodes.shape
        values = self.project(nodes).view(batch, count, self.heads, width // self.heads)
        target = (values * self.of_target).sum(-1).transpose(1, 2)[:, :, :, None]
        source = (values * self.of_source).sum(-1).transpose(1, 2)[:, :, None, :]
        scores = functional.leaky_relu(target + source + self.of_edge(edges).permute(0, 3, 1, 2), SLOPE)
        sees = (edges > 0)[:, None]
        weights = torch.softmax(scores.masked_fill(~sees, HIDDEN), dim=-1) * sees
        mixed = (weights @ values.transpose(1, 2)).transpose(1, 2).reshape(batch, count, width)
        return (mixed + self.bias) * sees.any(dim=-1).squeeze(1)[:, :, None]
