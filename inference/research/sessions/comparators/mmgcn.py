"""MMGCN's idea (Wei et al. 2019): a graph network for each modality, and the sum of what they prefer."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from inference.research.sessions.comparators.parts import Items, mean, product, session
from inference.training.next_entity.batch import Batch


class Mmgcn(nn.Module):
    """Each view of the items is spread over the historical graph by itself."""

    def __init__(self, items: int, widths: Mapping[str, int], relations: int, width: int) -> None:
        super().__init__()
        self.items = Items(items, widths, width)
        self.spread = nn.ModuleList(nn.Linear(2 * width, width) for _ in range(1 + len(widths)))
        self.relation = nn.Embedding(relations, width)
        nn.init.ones_(self.relation.weight)

    def forward(self, batch: Batch) -> Tensor:
        """Returns the log-odds of each candidate, [B, C]."""
        history = torch.from_numpy(batch.history)
        history = history + history.transpose(1, 2)
        history = history / history.sum(-1, keepdim=True).clamp(min=1.0)
        relation = self.relation(torch.from_numpy(batch.relation))
        nodes = self.items.views(batch, torch.from_numpy(batch.nodes))
        candidates = self.items.views(batch, torch.from_numpy(batch.candidates))
        found = []
        for view, answers, spread in zip(nodes, candidates, self.spread, strict=True):
            states = view + nn.functional.leaky_relu(spread(torch.cat([view, history @ view], dim=-1)))
            found.append(product(mean(states, session(batch)) * relation, answers))
        return torch.stack(found).sum(0)
