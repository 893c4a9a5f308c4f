"""A gated graph network over a session graph: Li et al. (2016), with in- and out-edges as Wu et al. (2019, SR-GNN)."""

import torch
from torch import Tensor, nn


def normalised(counts: Tensor) -> tuple[Tensor, Tensor]:
    """Returns the in- and the out-adjacency of transition counts, each row summing to one, or zero for no edge.

    Zhang and Xie (2026), figure 2.

    Args:
        counts: [B, N, N], row to column.
    """
    backwards = counts.transpose(1, 2)
    inward, outward = (c / c.sum(-1, keepdim=True).clamp(min=1.0) for c in (backwards, counts))
    return inward, outward


class GatedGraph(nn.Module):
    """Rounds of messages along in- and out-edges, each through a gate."""

    def __init__(self, width: int, steps: int) -> None:
        super().__init__()
        self.steps = steps
        self.inward = nn.Linear(width, width)
        self.outward = nn.Linear(width, width)
        self.gates = nn.Linear(3 * width, 2 * width)
        self.proposal = nn.Linear(3 * width, width)

    def forward(self, nodes: Tensor, counts: Tensor, together: Tensor) -> Tensor:
        """Returns the nodes after the messages, [B, N, width].

        All interest graphs are computed at once: a node that is in one interest graph alone has, there, the state that
        this returns (equation 3 makes it zero in the others), because only nodes of the same one send it messages.

        Args:
            nodes: [B, N, width].
            counts: Transitions, [B, N, N].
            together: How much two nodes are in the same interest graph, [B, N, N].
        """
        inward, outward = (adjacency * together for adjacency in normalised(counts))
        for _ in range(self.steps):
            messages = torch.cat([inward @ self.inward(nodes), outward @ self.outward(nodes)], dim=-1)
            update, reset = torch.sigmoid(self.gates(torch.cat([messages, nodes], dim=-1))).chunk(2, dim=-1)
            proposed = torch.tanh(self.proposal(torch.cat([messages, reset * nodes], dim=-1)))
            nodes = nodes + update * (proposed - nodes)
        return nodes
