"""OTKGE (Cao et al. 2022): views moved together by optimal transport."""

from math import log

import torch
from torch import Tensor
from torch.nn import functional

from inference.research.graph_completion.comparators.views import ViewModel
from inference.training.links.layers.contrast import View

ROUNDS = 20
BLUR = 0.05


class Otkge(ViewModel):
    """Views are summed up, and each modality's cloud of entities is drawn to the cloud of their own vectors."""

    def alignment(self, views: dict[str, View]) -> Tensor | None:
        """Returns the mean transport cost from each modality to the own vectors."""
        costs = [
            transport_cost(view.vectors[view.present], views["own"].vectors)
            for kind, view in views.items()
            if kind != "own" and view.present.any()
        ]
        return torch.stack(costs).mean() if costs else None


def transport_cost(one: Tensor, other: Tensor) -> Tensor:
    """Returns the entropic transport cost between two clouds of directions, a scalar.

    Sinkhorn's iterations in the log domain (Cuturi 2013) find the plan; the cost, squared distance of unit vectors, is
    then differentiated with the plan held fixed (Danskin).

    Args:
        one: float [n, width].
        other: float [m, width].
    """
    cost = 2 - 2 * functional.normalize(one, dim=1) @ functional.normalize(other, dim=1).T
    with torch.no_grad():
        kernel = -cost / BLUR
        rows, columns = torch.zeros(len(one), 1), torch.zeros(1, len(other))
        for _ in range(ROUNDS):
            rows = -log(len(one)) - torch.logsumexp(kernel + columns, dim=1, keepdim=True)
            columns = -log(len(other)) - torch.logsumexp(kernel + rows, dim=0, keepdim=True)
        plan = (kernel + rows + columns).exp()
    return (plan * cost).sum()
