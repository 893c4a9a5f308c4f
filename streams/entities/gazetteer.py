"""A gazetteer: names and the Wikidata ids they stand for, held in memory."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path

from streams.entities.fold import fold
from streams.entities.ids import WikidataIds
from streams.entities.table import Entry, read_entries

SHIPPED = Path(__file__).with_name("gazetteer.tsv")
"""Countries, large cities and the best-known organisations; its head says where the ids are from."""


class Gazetteer:
    """Finds names as they are spelled in the table, but for what `streams.entities.fold` makes equal."""

    def __init__(self, entries: Iterable[Entry], beneath: WikidataIds | None = None) -> None:
        """Makes the table.

        Args:
            entries: What it knows. An entry without a type is found under every type.
            beneath: Whom to ask about a name that is in no entry.
        """
        self._ids: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for entry in entries:
            for name in entry.names:
                if folded := fold(name):
                    self._ids[folded][entry.type].add(entry.id)
        self._beneath = beneath

    def __len__(self) -> int:
        """How many names it knows, spellings of one name counted once."""
        return len(self._ids)

    def find(self, name: str, type_: str) -> str | None:
        """Returns a name's id; see `WikidataIds`."""
        types = self._ids.get(fold(name), {})
        found = types.get(type_, set()) | types.get("", set())
        if not found:
            return self._beneath.find(name, type_) if self._beneath else None
        return next(iter(found)) if len(found) == 1 else None


@lru_cache(maxsize=1)
def shipped() -> Gazetteer:
    """Returns the gazetteer that ships with the project."""
    return Gazetteer(read_entries(SHIPPED))


def gazetteer(file: Path | None, types: Collection[str] = ()) -> Gazetteer:
    """Returns the shipped gazetteer, and over it a user's own file.

    Where the file has a name, the file alone counts for it. It may name the entity types in `types` only.

    Raises:
        TableError: The file cannot be used.
    """
    return Gazetteer(read_entries(file, types), beneath=shipped()) if file else shipped()
