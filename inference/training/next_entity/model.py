"""The session model over tables of item vectors: inductive, since no item has weights of its own."""

from collections.abc import Mapping
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from inference.training.next_entity.batch import Batch
from inference.training.next_entity.fusion import ItemEncoder
from inference.training.next_entity.graphs import Graphs
from inference.training.next_entity.network import SessionNetwork
from inference.training.next_entity.shape import SessionShape


class SessionModel(nn.Module):
    """Encodes the items of a batch, then asks the network."""

    def __init__(self, widths: Mapping[str, int], relations: int, shape: SessionShape) -> None:
        super().__init__()
        self.encoder = ItemEncoder(widths, shape)
        self.network = SessionNetwork(shape, relations)

    def forward(self, batch: Batch) -> Tensor:
        """Returns the log-odds of each candidate, [B, C]."""
        nodes, candidates = self.encoded(batch)
        found: Tensor = self.network(nodes, candidates, graphs(batch))
        return found

    def encoded(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Returns the vectors of nodes [B, N, width] and candidates [B, C, width]; each item is encoded once."""
        given = np.concatenate([batch.nodes.ravel(), batch.candidates.ravel()])
        items, places = np.unique(given, return_inverse=True)
        tables = {kind: batch.tables[kind] for kind in self.encoder.kinds}
        vectors = self.encoder(
            {kind: torch.from_numpy(table.vectors[items]) for kind, table in tables.items()},
            {kind: torch.from_numpy(table.present[items]) for kind, table in tables.items()},
        )
        placed = torch.from_numpy(places.ravel())
        nodes, candidates = placed.split([batch.nodes.size, batch.candidates.size])
        return vectors[nodes.view(batch.nodes.shape)], vectors[candidates.view(batch.candidates.shape)]

    def groups(self, rates: Mapping[str, float], other: float) -> list[dict[str, object]]:
        """Returns the optimiser's groups: a learning rate for each modality's encoder, one for all else."""
        maps = cast("nn.ModuleDict", self.encoder.maps)
        of = {kind: list(maps[kind].parameters()) for kind in self.encoder.kinds}
        apart = {id(p) for parameters in of.values() for p in parameters}
        rest = [p for p in self.parameters() if id(p) not in apart]
        return [{"params": of[kind], "lr": rates[kind]} for kind in of] + [{"params": rest, "lr": other}]


def graphs(batch: Batch) -> Graphs:
    """Returns a batch's graphs as tensors."""
    arrays = {name: getattr(batch, name) for name in Graphs.__dataclass_fields__}
    return Graphs(**{name: torch.from_numpy(array) for name, array in arrays.items()})
