"""Whether a measurement stays level: its slope by least squares, with an interval by bootstrap."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 1000
BLOCK = 8
"""Neighbouring samples that are resampled together: memory one moment says much about memory the next."""

HOUR = 3600.0
FEWEST = 2 * BLOCK


@dataclass(frozen=True, slots=True)
class Slope:
    """How much a measurement rises.

    Attributes:
        mean: The measurement's mean.
        per_hour: Its rise per hour.
        low: Lower end of the 95% interval of the rise.
        high: Upper end.
    """

    mean: float
    per_hour: float
    low: float
    high: float

    @property
    def rises(self) -> bool:
        """Whether the whole interval lies above zero."""
        # Beyond what rounding makes of a constant.
        return self.low > 1e-9 * abs(self.mean)


def slope(seconds: Sequence[float], values: Sequence[float], seed: int = 0) -> Slope | None:
    """Returns the slope of values over time; None if there are too few to say.

    Residuals are resampled in blocks (moving-block bootstrap), because neighbouring samples are alike.

    Args:
        seconds: When each value was measured.
        values: The values.
        seed: Seed of the resampling.
    """
    x, y = np.asarray(seconds, float) / HOUR, np.asarray(values, float)
    if len(x) < FEWEST:
        return None
    centred = x - x.mean()
    weight = centred / (centred @ centred)
    rise = float(weight @ y)
    residuals = y - y.mean() - rise * centred
    draw = np.random.default_rng(seed)
    starts = draw.integers(0, len(x) - BLOCK + 1, (RESAMPLES, -(-len(x) // BLOCK)))
    places = (starts[:, :, None] + np.arange(BLOCK)).reshape(RESAMPLES, -1)[:, : len(x)]
    low, high = np.quantile(rise + residuals[places] @ weight, (0.025, 0.975))
    return Slope(float(y.mean()), rise, float(low), float(high))
