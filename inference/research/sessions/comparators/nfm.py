"""The neural factorisation machine's idea (He and Chua 2017): products of all pairs of features, then a network."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from inference.research.sessions.comparators.parts import Items, session
from inference.training.next_entity.batch import Batch


class Nfm(nn.Module):
    """Features are the session's items as a bag, the kind of question and the candidate."""

    def __init__(self, items: int, widths: Mapping[str, int], relations: int, width: int) -> None:
        super().__init__()
        del widths
        self.items = Items(items, {}, width)
        self.relation = nn.Embedding(relations, width)
        self.alone = nn.Embedding(items, 1)
        nn.init.zeros_(self.alone.weight)
        self.deep = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Dropout(0.1), nn.Linear(width, 1))

    def forward(self, batch: Batch) -> Tensor:
        """Returns the log-odds of each candidate, [B, C]."""
        weights = session(batch)[..., None]
        candidates = torch.from_numpy(batch.candidates)
        nodes = self.items(batch, torch.from_numpy(batch.nodes)) * weights
        relation, given = self.relation(torch.from_numpy(batch.relation)), self.items(batch, candidates)
        sums = (nodes.sum(1) + relation)[:, None] + given
        squares = (nodes.square().sum(1) + relation.square())[:, None] + given.square()
        found: Tensor = self.deep((sums.square() - squares) / 2)[..., 0] + self.alone(candidates)[..., 0]
        return found
