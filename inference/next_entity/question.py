"""Questions to the session model as dense arrays, padded to the largest of a batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from inference.next_entity.layout import Layout

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Question:
    """B questions of up to N nodes and C candidates.

    Attributes:
        nodes: float32 [B, N, W]: the nodes' own vectors.
        mask: bool [B, N]: which nodes are not padding.
        current: float32 [B, N, N]: transitions of the current session, row to column.
        history: float32 [B, N, N]: transitions of earlier sessions.
        last: int64 [B]: index of the node that was named last.
        candidates: float32 [B, C, W]: the candidates' own vectors.
        links: float32 [B, C, N]: in how many earlier sessions a candidate occurs together with a node.
        seen: float32 [B, C]: in how many earlier sessions a candidate occurs at all.
    """

    nodes: Floats
    mask: npt.NDArray[np.bool_]
    current: Floats
    history: Floats
    last: npt.NDArray[np.int64]
    candidates: Floats
    links: Floats
    seen: Floats


INPUTS = tuple(field.name for field in fields(Question))
"""The inputs of the exported network, in order."""


def question(
    layout: Layout, candidates: Sequence[str], vectors: Mapping[str, Floats], seen: Mapping[str, int]
) -> Question:
    """Returns one question, of B = 1.

    Args:
        layout: The story's graphs.
        candidates: At least one item.
        vectors: The own vector of each node and candidate, float32 [W].
        seen: In how many sessions an item occurs; 0 for a missing one.

    Raises:
        KeyError: A node or a candidate has no vector.
    """
    links = [[near.get(candidate, 0) for near in layout.links] for candidate in candidates]
    return Question(
        np.stack([vectors[item] for item in layout.nodes])[None],
        np.ones((1, len(layout.nodes)), np.bool_),
        layout.current[None],
        layout.history[None],
        np.array([layout.last], np.int64),
        np.stack([vectors[item] for item in candidates])[None],
        np.array(links, np.float32)[None],
        np.array([[seen.get(candidate, 0) for candidate in candidates]], np.float32),
    )
