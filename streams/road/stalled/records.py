"""When a consumer has stalled: records have waited too long, and none is delivered and none is worked on."""

from collections.abc import Mapping


class StallWatch:
    """Measures for how long records have waited unread, from when they were first seen waiting."""

    def __init__(self, patience: float) -> None:
        """Has seen nothing yet.

        Args:
            patience: Seconds that records may wait.
        """
        self._patience = patience
        self._since: dict[int, float] = {}
        self._activity: object = None

    def look(self, now: float, *, waiting: Mapping[int, int], activity: object) -> str:
        """Looks at the partitions.

        Args:
            now: The time, in seconds of any clock that only goes forward.
            waiting: Records of each partition that are not acknowledged.
            activity: Anything that changes when a record is delivered or acknowledged, or None while one is in flight.

        Returns:
            Why the consumer has stalled; "" if it has not.
        """
        if activity is None or activity != self._activity:
            self._since.clear()
            self._activity = activity
        self._since = {partition: self._since.get(partition, now) for partition, count in waiting.items() if count}
        if activity is None or not self._since:
            return ""
        waited = now - min(self._since.values())
        if waited <= self._patience:
            return ""
        return f"{sum(waiting.values())} records have waited for {waited:.0f} s, and none was delivered"
