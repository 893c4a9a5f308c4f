"""The relation classifier over pairs of entities, as the paper has it, in a form that also ranks."""

import torch
from torch import Tensor, nn


class PairForm(nn.Module):
    """Relation logits W r_ij + b of the pair vector r_ij = [h_i ‖ h_j ‖ h_i - h_j ‖ h_i ⊗ h_j].

    The logit of one relation is linear in h_j, so all entities are scored as h_j by one product of matrices.
    """

    def __init__(self, width: int, relations: int) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.zeros(relations, 4, width))
        self.bias = nn.Parameter(torch.zeros(relations))

    def logits(self, asking: Tensor, answering: Tensor) -> Tensor:
        """Returns float [P, relations] of pairs float [P, width] each."""
        pair = torch.cat([asking, answering, asking - answering, asking * answering], dim=1)
        return pair @ self.weights.flatten(1).T + self.bias

    def question(self, asking: Tensor, relation: Tensor) -> Tensor:
        """Returns float [Q, width] whose product with h_j is the logit of `relation`, but for what all h_j share.

        Args:
            asking: float [Q, width], the h_i.
            relation: int [Q].
        """
        _, answering, difference, product = self.weights[relation].unbind(dim=1)
        return answering - difference + product * asking
