"""Interests: each item belongs to one of k, and only items of the same interest exchange messages."""

import torch
from torch import Tensor, nn
from torch.nn import functional

COLDEST = 0.01
"""The final temperature (Zhang and Xie 2026, below equation 2), with which exported models are measured."""
WARMEST = 1.0
"""The first temperature. At the final one, gradients of the assignment are almost zero."""


class Interests(nn.Module):
    """Assigns items to interests: Zhang and Xie (2026), equations 1 and 2."""

    def __init__(self, width: int, interests: int) -> None:
        super().__init__()
        self.correlation = nn.Linear(width, interests, bias=False)
        self.temperature = WARMEST

    def forward(self, items: Tensor) -> Tensor:
        """Returns how much each item belongs to each interest, close to one or zero: [..., interests].

        In training with Gumbel noise, else without, so that the same question has the same answer.

        Args:
            items: [..., width].
        """
        # Equation 2 takes the logarithm of a correlation, which can be negative: softplus keeps its order.
        logits = torch.log(functional.softplus(self.correlation(items)) + 1e-9)
        if self.training:
            drawn = torch.rand_like(logits).clamp(1e-9, 1 - 1e-7)
            return torch.softmax((logits - torch.log(-torch.log(drawn))) / self.temperature, dim=-1)
        return torch.softmax(logits / COLDEST, dim=-1)


def annealed(done: float) -> float:
    """Returns the temperature after a share of the training: geometrically from the warmest to the coldest."""
    return float(WARMEST * (COLDEST / WARMEST) ** min(max(done, 0.0), 1.0))
