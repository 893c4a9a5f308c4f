"""Keywords by TF-IDF, after equations 4 to 7 of the multimodal fusion paper (its section 2.2, Step 1).

    E_x = lg(β / β_x)      (4)  β: texts in all, β_x: texts with the term
    Ê_x = E_x + 1          (5)  smoothed: a term of every text keeps its weight
    T_x = η_x,s / N        (6)  η_x,s: times the term stands in the text, N: times any term does
    F_x = T_x · Ê_x        (7)  the M best are the keywords

The text itself counts among the β texts, so that a term never seen before has a weight too. Terms may be of any
language; `inference.text.keywords.vocabulary` finds them.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import NamedTuple

DECIMALS = 4
"""Meaningful digits of a score."""


class ScoredTerm(NamedTuple):
    """A term and its TF-IDF."""

    term: str
    score: float


@dataclass(slots=True)
class TermTable:
    """How many texts contain each term, for the most frequent terms.

    Attributes:
        documents: Texts counted.
        counts: Texts with a term, by term. A dropped term starts again from zero when it next occurs.
    """

    documents: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, terms: Iterable[str], limit: int) -> None:
        """Counts one text.

        Args:
            terms: Its terms; repetitions do not matter.
            limit: Terms to keep. The table grows to twice as many before the rarest are dropped, so that pruning is
                rare. Its content depends on the texts and their order alone.
        """
        self.documents += 1
        counts = self.counts
        for term in set(terms):
            counts[term] = counts.get(term, 0) + 1
        if len(counts) > 2 * limit:
            self.counts = most_frequent(counts, limit)

    def weight(self, term: str) -> float:
        """Returns the smoothed inverse document frequency of a term (equations 4 and 5), counting this text."""
        return math.log10((self.documents + 1) / (self.counts.get(term, 0) + 1)) + 1

    def copy(self) -> "TermTable":
        """Returns an independent copy."""
        return TermTable(self.documents, dict(self.counts))


def most_frequent(counts: Mapping[str, int], limit: int) -> dict[str, int]:
    """Returns the terms with the highest counts; ties go to the alphabetically first."""
    return dict(nsmallest(limit, counts.items(), key=lambda item: (-item[1], item[0])))


def merged(tables: Iterable[TermTable]) -> TermTable:
    """Returns the sum of several tables."""
    total = TermTable()
    for table in tables:
        total.documents += table.documents
        for term, count in table.counts.items():
            total.counts[term] = total.counts.get(term, 0) + count
    return total


def keywords(terms: Sequence[str], table: TermTable, count: int) -> list[ScoredTerm]:
    """Returns a text's keywords, best first; ties go to the term that comes first in the text.

    Args:
        terms: The text's terms in order, stop words removed, each as often as it occurs.
        table: How common terms are.
        count: Most keywords to return (the paper's M).
    """
    if not terms:
        return []
    times = Counter(terms)
    scored = (ScoredTerm(term, round(n / len(terms) * table.weight(term), DECIMALS)) for term, n in times.items())
    return sorted(scored, key=lambda keyword: -keyword.score)[:count]
