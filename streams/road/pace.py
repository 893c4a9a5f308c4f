"""How many records a batch may have: as many as are worked on within a target time."""

SHRINK = 4
"""A batch may be at most so many times smaller than the one that was slow: one pause is not a slow model."""


class Pace:
    """The size of the next batch. Slow batches shrink it in proportion, fast ones double it."""

    def __init__(self, most: int, target: float) -> None:
        """Starts with the largest size.

        Args:
            most: Most records in a batch.
            target: Seconds that a batch may take.
        """
        self._most = most
        self._target = target
        self.size = most

    def worked(self, records: int, seconds: float) -> None:
        """Takes into account how long a batch took."""
        if seconds > self._target:
            fitting = max(int(records * self._target / seconds), records // SHRINK, 1)
            self.size = min(self.size, fitting)
        elif records >= self.size and seconds < self._target / 2:
            self.size = min(self.size * 2, self._most)
