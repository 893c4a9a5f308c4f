"""Caches answers, so that a name that many articles mention is asked about once."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from inference.knowledge.base import KnowledgeBase, KnownFact, fold


class CachedKnowledge:
    """Caches the most recent answers of another knowledge base. Thread-safe."""

    def __init__(self, source: KnowledgeBase, size: int = 10_000) -> None:
        self._source = source
        self._size = size
        self._kept: OrderedDict[tuple[tuple[str, ...], int], tuple[KnownFact, ...]] = OrderedDict()
        self._lock = Lock()

    def neighbourhood(self, names: Sequence[str], limit: int = 16) -> tuple[KnownFact, ...]:
        """Returns the facts about some names; see `KnowledgeBase`. Failures are not cached."""
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
