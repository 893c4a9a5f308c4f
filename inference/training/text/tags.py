"""The tag set of the mention head: O, and B- and I- of each entity type in the ontology's order."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

FORBIDDEN = -1e4
"""A score that no path takes; finite, so that gradients stay finite."""


def begin(kind: int) -> int:
    """Returns the tag B- of an entity type index."""
    return 1 + 2 * kind


def inside(kind: int) -> int:
    """Returns the tag I- of an entity type index."""
    return 2 + 2 * kind


def count(types: int) -> int:
    """Returns the number of tags for so many entity types."""
    return 1 + 2 * types


def allowed_transitions(types: int) -> npt.NDArray[np.bool_]:
    """Returns bool [T + 1, T]: row i, column j is true where tag j may follow tag i; the last row is the start."""
    tags = count(types)
    allowed = np.ones((tags + 1, tags), dtype=np.bool_)
    for kind in range(types):
        allowed[:, inside(kind)] = False
        allowed[begin(kind), inside(kind)] = allowed[inside(kind), inside(kind)] = True
    return allowed


def free(types: Sequence[str], excluded: Iterable[str] = ()) -> npt.NDArray[np.bool_]:
    """Returns bool [T]: O and the tags of every type but the excluded ones."""
    row = np.ones(count(len(types)), dtype=np.bool_)
    for name in excluded:
        kind = types.index(name)
        row[[begin(kind), inside(kind)]] = False
    return row


def span(types: Sequence[str], kinds: Iterable[str], *, first: bool) -> npt.NDArray[np.bool_]:
    """Returns bool [T]: the tags of one word of a mention that has one of these types."""
    row = np.zeros(count(len(types)), dtype=np.bool_)
    for name in kinds:
        kind = types.index(name)
        row[begin(kind) if first else inside(kind)] = True
    return row
