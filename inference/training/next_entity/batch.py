"""Training questions: numbers of items instead of their vectors, and which candidates are right."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.training.links.knowledge_graph import Modality

Tables = Mapping[str, Modality]
"""Vectors of all items, by kind of modality."""


@dataclass(frozen=True)
class Batch:
    """B questions of N nodes and C candidates; what is undocumented is as in `inference.next_entity.question`.

    Attributes:
        nodes: int64 [B, N]: items; any where `mask` is false.
        mask: bool [B, N].
        current: float32 [B, N, N].
        history: float32 [B, N, N].
        last: int64 [B]: a node.
        relation: int64 [B]: the kind of question.
        candidates: int64 [B, C]: items.
        links: float32 [B, C, N].
        seen: float32 [B, C].
        right: bool [B, C].
        expected: float32 [B, C]: expected frequency of a candidate among those drawn with the answer, up to a factor;
            one where all are equally likely.
        tables: The items' vectors.
    """

    nodes: npt.NDArray[np.int64]
    mask: npt.NDArray[np.bool_]
    current: npt.NDArray[np.float32]
    history: npt.NDArray[np.float32]
    last: npt.NDArray[np.int64]
    relation: npt.NDArray[np.int64]
    candidates: npt.NDArray[np.int64]
    links: npt.NDArray[np.float32]
    seen: npt.NDArray[np.float32]
    right: npt.NDArray[np.bool_]
    expected: npt.NDArray[np.float32]
    tables: Tables
