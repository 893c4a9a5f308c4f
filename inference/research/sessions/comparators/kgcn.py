"""KGCN's idea (Wang et al. 2019): a candidate's vector is a sum of its neighbours, weighted by the asking item."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from inference.research.sessions.comparators.parts import Items, mean, product, session
from inference.training.next_entity.batch import Batch


class Kgcn(nn.Module):
    """A candidate's neighbours are those of the question's nodes that the graph links it with."""

    def __init__(self, items: int, widths: Mapping[str, int], relations: int, width: int) -> None:
        super().__init__()
        del widths
        self.items = Items(items, {}, width)
        self.relation = nn.Embedding(relations, width)
        self.gather = nn.Linear(width, width)

    def forward(self, batch: Batch) -> Tensor:
        """Returns the log-odds of each candidate, [B, C]."""
        nodes = self.items(batch, torch.from_numpy(batch.nodes))
        asker = mean(nodes, session(batch)) + self.relation(torch.from_numpy(batch.relation))
        asked = torch.exp((nodes * asker[:, None]).sum(-1).clamp(-10, 10))
        links = torch.from_numpy(batch.links) * torch.from_numpy(batch.mask)[:, None]
        weights = links * asked[:, None]
        near = (weights @ nodes) / weights.sum(-1, keepdim=True).clamp(min=1e-6)
        own = self.items(batch, torch.from_numpy(batch.candidates))
        return product(asker, own + torch.tanh(self.gather(own + near)))
