"""ComplEx (Trouillon et al. 2016): Re⟨h, w_r, t̄⟩ over vectors whose first half is real and second half imaginary."""

import torch
from torch import Tensor


def product(head: Tensor, relation: Tensor) -> Tensor:
    """Returns h·w elementwise as complex numbers; its inner product with t is the score of (h, r, t)."""
    (a, b), (c, d) = head.chunk(2, dim=-1), relation.chunk(2, dim=-1)
    return torch.cat([a * c - b * d, a * d + b * c], dim=-1)


def between(head: Tensor, tail: Tensor) -> Tensor:
    """Returns t·h̄ elementwise; its inner product with w_r is the score of (h, r, t)."""
    (a, b), (c, d) = head.chunk(2, dim=-1), tail.chunk(2, dim=-1)
    return torch.cat([a * c + b * d, a * d - b * c], dim=-1)


def nuclear(*factors: Tensor) -> Tensor:
    """Returns the nuclear 3-norm of triples' factors (Lacroix et al. 2018, equation 5), a mean over the triples."""
    cubes = [torch.stack(factor.chunk(2, dim=-1)).square().sum(dim=0).add(1e-12).pow(1.5) for factor in factors]
    return torch.stack([cube.sum(dim=-1).mean() for cube in cubes]).sum()
