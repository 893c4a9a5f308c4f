"""A batch as tensors."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
import torch
from torch import Tensor

from inference.object_relations.batch import Batch


@dataclass(frozen=True)
class Tensors:
    """The arrays of `Batch` as tensors, with ready-made word vectors if there are any.

    Attributes:
        features: float [B, T, text_features] that replace the embeddings of `ids`; None for embeddings.
        looks: float [B, O, object_features] that replace the pixels of the objects; None for pixels.
    """

    ids: Tensor
    roles: Tensor
    text: Tensor
    picture: Tensor
    seen: Tensor
    crops: Tensor
    depths: Tensor
    deep: Tensor
    boxes: Tensor
    objects: Tensor
    target: Tensor
    nodes: Tensor
    node_kinds: Tensor
    edges: Tensor
    labels: Tensor
    features: Tensor | None = None
    looks: Tensor | None = None

    @classmethod
    def of(cls, batch: Batch, features: Tensor | None = None, looks: Tensor | None = None) -> Self:
        """Wraps a batch's arrays without copying."""
        arrays = {f.name: torch.from_numpy(np.ascontiguousarray(getattr(batch, f.name))) for f in fields(Batch)}
        return cls(**arrays, features=features, looks=looks)

    def rows(self, index: Tensor) -> Self:
        """Returns some rows."""
        return self._each(lambda tensor: tensor[index])

    def to(self, device: torch.device) -> Self:
        """Moves everything to a device."""
        return self._each(lambda tensor: tensor.to(device))

    def _each(self, change: Callable[[Tensor], Tensor]) -> Self:
        given = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(self, **{name: change(value) for name, value in given.items() if value is not None})

    def __len__(self) -> int:
        """Returns the number of pairs."""
        return len(self.labels)
