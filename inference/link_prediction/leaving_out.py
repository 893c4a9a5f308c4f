"""How much each neighbour speaks for a suggestion: how much less likely the model calls it with that one hidden.

Shares of the attention would say whom the model listened to about an entity, whatever is suggested. Leaving a neighbour
out says what it did for one suggestion: it may speak for one and against another.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Arrays = Mapping[str, npt.NDArray[np.generic]]

SUREST = 1e-7
"""How exact a served probability is. Nearer to 0 or 1 none is read: the logarithm would be of what it is rounded by."""


def hiding(feeds: Arrays, neighbours: int) -> dict[str, npt.NDArray[np.generic]]:
    """Returns a question as it is, and once more for each neighbour with that one hidden.

    Only `seen` differs: what the graph counts, and what is known to hold, is no matter of who is listened to.

    Args:
        feeds: The arrays of one question.
        neighbours: How many of its neighbours are read.
    """
    rows = {name: np.repeat(array, 1 + neighbours, axis=0) for name, array in feeds.items()}
    hidden = np.arange(neighbours)
    rows["seen"][1 + hidden, hidden] = False
    return rows


def falls(probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Returns by how much the log-odds fall with each neighbour hidden, [neighbours, …] for [1 + neighbours, …]."""
    within = np.clip(probabilities, SUREST, 1 - SUREST)
    odds = np.log(within) - np.log1p(-within)
    fallen: npt.NDArray[np.float64] = odds[0] - odds[1:]
    return fallen
