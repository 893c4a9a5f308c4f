"""The answers of look-ups, on disk, so that a restart does not query other people's servers again."""

import sqlite3
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import structlog

log = structlog.get_logger(__name__)

FOUND_FOR = 180.0
"""Days for which a found id is valid; items are seldom merged or renamed."""

DAY = 86_400.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
  name TEXT NOT NULL, type TEXT NOT NULL, id TEXT, at REAL NOT NULL, PRIMARY KEY (name, type)
) WITHOUT ROWID
"""


class CachedAnswer(NamedTuple):
    """The answer for a name.

    Attributes:
        id: The Wikidata id; None if there is none, or no single one.
    """

    id: str | None


class AnswerCache:
    """A table of answers. If its file cannot be used, answers are lost, but the service goes on."""

    def __init__(self, path: Path, *, ask_again: float, clock: Callable[[], float] = time.time) -> None:
        """Opens or creates the file; if that fails, answers are kept in memory.

        Args:
            path: The file.
            ask_again: Days for which the answer that a name has no id is valid.
            clock: Returns seconds since 1970.
        """
        self._ask_again = ask_again
        self._clock = clock
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._table = _opened(str(path))
        except (OSError, sqlite3.Error) as error:
            log.warning("answer_cache.in_memory", path=str(path), error=str(error))
            self._table = _opened(":memory:")

    def close(self) -> None:
        """Closes the file."""
        self._table.close()

    def get(self, name: str, type_: str) -> CachedAnswer | None:
        """Returns the answer for a name; None if there is none, or if it has expired."""
        try:
            row = self._table.execute(
                "SELECT id, at FROM answers WHERE name = ? AND type = ?", (name, type_)
            ).fetchone()
        except sqlite3.Error as error:
            log.warning("answer_cache.unreadable", error=str(error))
            return None
        if row is None:
            return None
        id_, at = row
        return CachedAnswer(id_) if self._clock() - at < DAY * (FOUND_FOR if id_ else self._ask_again) else None

    def put(self, answers: Iterable[tuple[str, str, str | None]]) -> None:
        """Stores answers: name, type, id."""
        rows = [(*answer, self._clock()) for answer in answers]
        try:
            with self._table:
                self._table.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", rows)
        except sqlite3.Error as error:
            log.warning("answer_cache.unwritable", error=str(error))


def _opened(path: str) -> sqlite3.Connection:
    table = sqlite3.connect(path, timeout=1.0)
    try:
        table.execute("PRAGMA journal_mode = WAL")
        table.execute(_SCHEMA)
    except sqlite3.Error:
        table.close()
        raise
    return table
