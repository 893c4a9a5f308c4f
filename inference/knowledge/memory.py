"""Background knowledge in memory, which may be read from a file of JSON lines."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from inference.knowledge.base import KnownFact, choose, fold


class KnowledgeError(ValueError):
    """A source of knowledge cannot be read; the message says where."""


class InMemoryKnowledge:
    """Facts indexed by the names of their entities."""

    def __init__(self, facts: Iterable[KnownFact]) -> None:
        self._touching: dict[str, list[KnownFact]] = defaultdict(list)
        for fact in facts:
            for name in {fold(fact.subject), fold(fact.object)}:
                self._touching[name].append(fact)

    def neighbourhood(self, names: Sequence[str], limit: int = 16) -> tuple[KnownFact, ...]:
        """Returns the facts about some names; see `KnowledgeBase`."""
        found = [fact for name in dict.fromkeys(map(fold, names)) for fact in self._touching.get(name, ())]
        return choose(names, found, limit)


def read_facts(path: Path) -> list[KnownFact]:
    r"""Reads facts from JSON lines: `{"subject": …, "predicate": …, "object": …}`, all three strings.

    Raises:
        KnowledgeError: The file is missing or a line is malformed; the message names file and line.
    """
    if not path.is_file():
        raise KnowledgeError(f"{path} is missing")
    facts = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                item = json.loads(line)
                parts = item["subject"], item["predicate"], item["object"]
            except (ValueError, TypeError, KeyError) as error:
                raise KnowledgeError(f"{path}, line {number}: it needs subject, predicate and object") from error
            if not all(isinstance(part, str) and part.strip() for part in parts):
                raise KnowledgeError(f"{path}, line {number}: subject, predicate and object must be non-empty strings")
            facts.append(KnownFact(*parts))
    return facts
