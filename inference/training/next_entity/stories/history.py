"""The sessions so far: which of them name the same items, and how often each item was named."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from inference.next_entity.layout import RELATED


class History:
    """Sessions in the order in which they happened."""

    def __init__(self, read: int = RELATED) -> None:
        """Starts without sessions.

        Args:
            read: Related sessions of an item at most.
        """
        self.seen: Counter[str] = Counter()
        self._sessions: list[tuple[str, ...]] = []
        self._of: defaultdict[str, list[int]] = defaultdict(list)
        self._read = read

    def add(self, session: Sequence[str]) -> None:
        """Adds a finished session; each item counts once."""
        number = len(self._sessions)
        self._sessions.append(tuple(session))
        for item in dict.fromkeys(session):
            self.seen[item] += 1
            self._of[item].append(number)

    def related(self, current: Sequence[str]) -> list[tuple[str, ...]]:
        """Returns the newest sessions that have one of the items, each once, oldest first."""
        numbers = {n for item in dict.fromkeys(current) for n in self._of.get(item, ())[-self._read :]}
        return [self._sessions[number] for number in sorted(numbers)]

    def newest(self, items: Sequence[str]) -> list[int]:
        """Returns the number of each item's newest session; -1 for an item that has none."""
        return [self._of[item][-1] if item in self._of else -1 for item in items]
