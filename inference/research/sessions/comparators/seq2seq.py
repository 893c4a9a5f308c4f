"""Seq2Seq's idea (Sutskever et al. 2014): one recurrent network reads the session, another writes what is next."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from inference.research.sessions.comparators.parts import Items, product, session
from inference.training.next_entity.batch import Batch


class Seq2Seq(nn.Module):
    """Reads the order of the current session alone: no graph, no features."""

    def __init__(self, items: int, widths: Mapping[str, int], relations: int, width: int) -> None:
        super().__init__()
        del widths
        self.items = Items(items, {}, width)
        self.reader = nn.GRU(width, width, batch_first=True)
        self.writer = nn.GRUCell(width, width)
        self.begin = nn.Embedding(relations, width)

    def forward(self, batch: Batch) -> Tensor:
        """Returns the log-odds of each candidate, [B, C]."""
        nodes = self.items(batch, torch.from_numpy(batch.nodes)) * session(batch)[..., None]
        read, _ = self.reader(nodes)
        state = read[torch.arange(len(nodes)), torch.from_numpy(batch.last)]
        written = self.writer(self.begin(torch.from_numpy(batch.relation)), state)
        return product(written, self.items(batch, torch.from_numpy(batch.candidates)))
