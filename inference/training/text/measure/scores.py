"""Precision, recall and F1."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Self


@dataclass(slots=True)
class Tally:
    """Counts of what was right, what was too much and what was missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, found: AbstractSet[Any], gold: AbstractSet[Any]) -> None:
        """Counts one comparison of sets."""
        self.right += len(found & gold)
        self.wrong += len(found - gold)
        self.missed += len(gold - found)

    def __iadd__(self, other: "Tally") -> Self:
        """Adds another tally's counts."""
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed
        return self

    @property
    def precision(self) -> float:
        """Share of the found that is right; 0 where nothing was found."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Share of the gold that was found; 0 where there is none."""
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def total(tallies: Iterable[Tally]) -> Tally:
    """Returns what several tallies count together."""
    whole = Tally()
    for tally in tallies:
        whole += tally
    return whole
