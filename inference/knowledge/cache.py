"""Answers kept, so that what many articles name is asked for once."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from inference.knowledge.base import KnowledgeBase, KnownFact, fold


class CachedKnowledge:
    """Keeps the newest answers of another source; safe to use from several threads."""

    def __init__(self, source: KnowledgeBase, size: int = 10_000) -> None:
        self._source = source
        self._size = size
        self._kept: OrderedDict[tuple[tuple[str, ...], int], tuple[KnownFact, ...]] = OrderedDict()
        self._lock = Lock()

    def neighbourhood(self, names: Sequence[str], limit: int = 16) -> tuple[KnownFact, ...]:
        """Returns the facts about some names; see `KnowledgeBase`. A question that failed is asked again."""
        question = tuple(map(fold, names)), limit
        with self._lock:
            if question in self._kept:
                self._kept.move_to_end(question)
                return self._kept[question]
        answer = self._source.neighbourhood(names, limit)
        with self._lock:
            self._kept[question] = answer
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return answer
