"""The contrastive loss between views of the same entity."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class View:
    """One way to see some entities.

    Attributes:
        vectors: float [B, width].
        present: bool [B]: who can be seen this way.
    """

    vectors: Tensor
    present: Tensor


def info_nce(one: Tensor, other: Tensor, temperature: float) -> Tensor:
    """Returns InfoNCE of two views of the same entities, both ways, a mean; the paper's L_con.

    -log(exp(sim(h_i, h_i+)/τ) / (exp(sim(h_i, h_i+)/τ) + Σ_j exp(sim(h_i, h_j-)/τ))) with cosine similarity; the
    negatives are the other entities' other views.

    Args:
        one: float [B, width].
        other: float [B, width], row by row of the same entities, no entity twice.
        temperature: τ.
    """
    similar = functional.normalize(one, dim=1) @ functional.normalize(other, dim=1).T / temperature
    same = torch.arange(len(one), device=one.device)
    return (functional.cross_entropy(similar, same) + functional.cross_entropy(similar.T, same)) / 2


def contrast(views: Sequence[View], temperature: float) -> Tensor | None:
    """Returns the mean InfoNCE over all pairs of views, each on the entities that both show; None if no pair does."""
    losses = []
    for one, other in combinations(views, 2):
        both = one.present & other.present
        if both.sum() > 1:
            losses.append(info_nce(one.vectors[both], other.vectors[both], temperature))
    return torch.stack(losses).mean() if losses else None
