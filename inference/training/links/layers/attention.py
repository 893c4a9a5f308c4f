"""Graph attention over sampled neighbours, dense and masked."""

import torch
from torch import Tensor, nn
from torch.nn import functional

SLOPE = 0.2
"""Of the LeakyReLU in graph attention (Veličković et al. 2018)."""
HIDDEN = -1e9


class NeighbourAttention(nn.Module):
    """h_i' = h_i + ELU(Σ_j a_ij W m_ij), heads concatenated: the paper's aggregation with a residual connection.

    The weights a_ij are graph attention's: softmax over the seen j of LeakyReLU(b·W h_i + c·W m_ij + d[relation]).
    Since b·W h is one linear form in h, it is kept as one vector a head; W is applied after the sum, which is the same.
    W starts at zero, so that an untrained layer changes nothing.
    """

    def __init__(self, width: int, heads: int, relations: int, dropout: float) -> None:
        """Makes a layer for so many relations, those read backwards included."""
        super().__init__()
        self.of_target = nn.Linear(width, heads, bias=False)
        self.of_source = nn.Linear(width, heads, bias=False)
        self.of_relation = nn.Parameter(torch.zeros(relations, heads))
        self.values = nn.Parameter(torch.zeros(heads, width, width // heads))
        self.dropout = nn.Dropout(dropout)

    def forward(self, entities: Tensor, messages: Tensor, relation: Tensor, seen: Tensor) -> Tensor:
        """Returns float [B, width]: the entities unchanged where no neighbour is seen.

        Args:
            entities: float [B, width].
            messages: float [B, K, width] of the neighbours.
            relation: int [B, K].
            seen: bool [B, K].
        """
        mixed = self.weights(entities, messages, relation, seen).transpose(1, 2) @ messages
        said = torch.einsum("bhw,hwv->bhv", mixed, self.values).flatten(1)
        return entities + self.dropout(functional.elu(said))

    def weights(self, entities: Tensor, messages: Tensor, relation: Tensor, seen: Tensor) -> Tensor:
        """Returns float [B, K, heads], each head's weights of the neighbours: their sum is 1, unseen ones have 0."""
        scores = self.of_target(entities)[:, None] + self.of_source(messages) + self.of_relation[relation]
        scores = functional.leaky_relu(scores, SLOPE).masked_fill(~seen[:, :, None], HIDDEN)
        return torch.softmax(scores, dim=1) * seen[:, :, None]
