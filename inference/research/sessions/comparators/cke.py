"""CKE's idea (Zhang et al. 2016): preferences over own vectors, features and TransR's vectors of the same items."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from inference.research.sessions.comparators.parts import Items, mean, product, session
from inference.training.next_entity.batch import Batch


class Cke(nn.Module):
    """The preference for a candidate, and how well TransR's translation of the last item meets it."""

    def __init__(self, items: int, widths: Mapping[str, int], relations: int, width: int) -> None:
        super().__init__()
        self.items = Items(items, widths, width)
        self.entities = Items(items, {}, width)
        self.relation = nn.Embedding(relations, width)
        self.room = nn.Parameter(torch.eye(width).repeat(relations, 1, 1))
        self.weight = nn.Parameter(torch.tensor(0.1))

    def forward(self, batch: Batch) -> Tensor:
        """Returns the log-odds of each candidate, [B, C]."""
        nodes, candidates = torch.from_numpy(batch.nodes), torch.from_numpy(batch.candidates)
        relation, last = torch.from_numpy(batch.relation), torch.from_numpy(batch.last)
        likes = mean(self.items(batch, nodes), session(batch))
        preferred = product(likes, self.items(batch, candidates) + self.entities(batch, candidates))
        head = self.entities(batch, nodes[torch.arange(len(nodes)), last])
        room = self.room[relation]
        there = (head[:, None] @ room)[:, 0] + self.relation(relation)
        tails = self.entities(batch, candidates) @ room
        return preferred - self.weight * (tails - there[:, None]).square().sum(-1)
