"""What the comparators share: vectors of items, and which nodes are the current session."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from inference.training.next_entity.batch import Batch


class Items(nn.Module):
    """A vector of its own for each item, and a map for each modality's vector."""

    def __init__(self, items: int, widths: Mapping[str, int], width: int) -> None:
        super().__init__()
        self.own = nn.Embedding(items, width)
        nn.init.normal_(self.own.weight, std=0.3)
        self.maps = nn.ModuleDict({kind: nn.Linear(given, width) for kind, given in widths.items()})

    def views(self, batch: Batch, items: Tensor) -> list[Tensor]:
        """Returns the own vectors and those of each modality, [..., width]; zero where an item lacks one."""
        found: list[Tensor] = [self.own(items)]
        for kind, mapped in self.maps.items():
            table = batch.tables[kind]
            present = torch.from_numpy(table.present)[items].to(found[0].dtype)
            found.append(mapped(torch.from_numpy(table.vectors)[items]) * present[..., None])
        return found

    def forward(self, batch: Batch, items: Tensor) -> Tensor:
        """Returns the sum of an item's views, [..., width]."""
        return torch.stack(self.views(batch, items)).sum(0)


def session(batch: Batch) -> Tensor:
    """Returns which nodes are items of the current session, float [B, N]: those up to the last."""
    places = torch.arange(batch.nodes.shape[1])[None]
    last, mask = torch.from_numpy(batch.last), torch.from_numpy(batch.mask)
    return ((places <= last[:, None]) & mask).to(torch.float32)


def mean(states: Tensor, weights: Tensor) -> Tensor:
    """Returns the weighted mean over nodes: [B, N, width] and [B, N] to [B, width]."""
    return (states * weights[..., None]).sum(1) / weights.sum(1, keepdim=True).clamp(min=1.0)


def product(asker: Tensor, candidates: Tensor) -> Tensor:
    """Returns inner products [B, C] of [B, width] and [B or 1, C, width]."""
    return (candidates @ asker[:, :, None])[..., 0]
