"""Where facts are in the graph, as this sink saw them last. News repeats facts, and finding one takes long.

It is only a memory: whoever uses it says which fact he expects behind an element id, and learns if it is not there.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

MOST = 50_000
"""Facts that are remembered; each takes some 400 bytes."""


class StaleFactError(RuntimeError):
    """A fact is not where it was. Forget all places, and begin the transaction again."""


class Place(NamedTuple):
    """Where a fact is: its relationship type and its element id."""

    type: str
    element: str


class KnownFacts:
    """The places of the facts that were written or found last. What a transaction learned counts once committed."""

    def __init__(self, most: int = MOST) -> None:
        """Knows nothing yet.

        Args:
            most: Facts to remember.
        """
        self._most = most
        self._places: OrderedDict[str, Place] = OrderedDict()
        self._learned: dict[str, Place] = {}

    def among(self, facts: Iterable[str]) -> dict[str, Place]:
        """Returns the known places of these facts."""
        found: dict[str, Place] = {}
        for fact in facts:
            if (place := self._places.get(fact)) is not None:
                self._places.move_to_end(fact)
                found[fact] = place
        return found

    def learn(self, places: Mapping[str, Place]) -> None:
        """Takes in places that hold if the transaction is committed."""
        self._learned |= places

    def commit(self) -> None:
        """Remembers what was learned."""
        for fact, place in self._learned.items():
            self._places[fact] = place
            self._places.move_to_end(fact)
        self._learned.clear()
        while len(self._places) > self._most:
            self._places.popitem(last=False)

    def roll_back(self) -> None:
        """Forgets what was learned since the last commit."""
        self._learned.clear()

    def clear(self) -> None:
        """Forgets everything."""
        self._places.clear()
        self._learned.clear()
