"""A gazetteer: a table of names and their Wikidata ids, held in memory."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path

from streams.entities.fold import fold
from streams.entities.ids import WikidataIds
from streams.entities.table import TableEntry, read_entries

SHIPPED = Path(__file__).with_name("gazetteer.tsv")
"""Countries, large cities and the best-known organisations. The comment in the file names the sources of the ids."""


class Gazetteer:
    """Finds names that the table has in the same folded form; see `streams.entities.fold`."""

    def __init__(self, entries: Iterable[TableEntry], fallback: WikidataIds | None = None) -> None:
        """Builds the table.

        Args:
            entries: The entries. An entry without a type is found under every type.
            fallback: Where to look for a name that no entry has.
        """
        self._ids: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for entry in entries:
            for name in entry.names:
                if folded := fold(name):
                    self._ids[folded][entry.type].add(entry.id)
        self._fallback = fallback

    def __len__(self) -> int:
        """Returns how many names it has; spellings of one name count once."""
        return len(self._ids)

    def find(self, name: str, type_: str) -> str | None:
        """Returns a name's id; see `WikidataIds`."""
        types = self._ids.get(fold(name), {})
        found = types.get(type_, set()) | types.get("", set())
        if not found:
            return self._fallback.find(name, type_) if self._fallback else None
        return next(iter(found)) if len(found) == 1 else None


@lru_cache(maxsize=1)
def shipped() -> Gazetteer:
    """Returns the gazetteer that ships with the project."""
    return Gazetteer(read_entries(SHIPPED))


def gazetteer(file: Path | None, types: Collection[str] = ()) -> Gazetteer:
    """Returns the shipped gazetteer, overridden by the user's own file if there is one.

    Args:
        file: The user's own file. For a name that it contains, the shipped gazetteer is ignored.
        types: The entity types that the file may use; empty for any.

    Raises:
        TableError: The file cannot be used.
    """
    return Gazetteer(read_entries(file, types), fallback=shipped()) if file else shipped()
