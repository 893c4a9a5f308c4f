"""The confidence interval of a mean difference between two rankings of the same questions: the paired bootstrap."""

import numpy as np
import numpy.typing as npt

DRAWS = 10_000


def interval(
    differences: npt.NDArray[np.float64], groups: npt.NDArray[np.int64], seed: int, share: float = 0.95
) -> tuple[float, float]:
    """Returns the percentile interval of a mean, groups drawn with replacement.

    Args:
        differences: float [n], of one question each.
        groups: int [n], 0 up to the number of groups: dependent questions, which are drawn together.
        seed: Of the draws.
        share: Of the draws that lie within.
    """
    sums, sizes = np.bincount(groups, differences), np.bincount(groups)
    draw = np.random.default_rng(seed)
    times = draw.multinomial(len(sizes), np.full(len(sizes), 1 / len(sizes)), size=DRAWS)
    means = (times @ sums) / (times @ sizes)
    low, high = np.quantile(means, [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)
