"""Measures how much each neighbour supports a suggestion: how much less likely the suggestion is with it hidden.

Attention weights show which neighbours matter for an entity, whatever is suggested. Hiding a neighbour shows its effect
on one suggestion: it may support one and count against another.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Arrays = Mapping[str, npt.NDArray[np.generic]]

SUREST = 1e-7
"""Precision of a served probability. Probabilities nearer to 0 or 1 are clipped, as their logarithm would be rounding
error."""


def hiding(feeds: Arrays, neighbours: int) -> dict[str, npt.NDArray[np.generic]]:
    """Returns a question as it is, and once more for each neighbour with that one hidden.

    Only `seen` differs: counts and known links stay as they are in the graph.

    Args:
        feeds: The arrays of one question.
        neighbours: How many of its neighbours the model reads.
    """
    rows = {name: np.repeat(array, 1 + neighbours, axis=0) for name, array in feeds.items()}
    hidden = np.arange(neighbours)
    rows["seen"][1 + hidden, hidden] = False
    return rows


def falls(probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Returns by how much the log-odds drop with each neighbour hidden, [neighbours, …] for [1 + neighbours, …]."""
    within = np.clip(probabilities, SUREST, 1 - SUREST)
    odds = np.log(within) - np.log1p(-within)
    fallen: npt.NDArray[np.float64] = odds[0] - odds[1:]
    return fallen
