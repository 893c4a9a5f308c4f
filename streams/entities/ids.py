"""The interface of a table of Wikidata ids."""

from typing import Protocol


class WikidataIds(Protocol):
    """A table of Wikidata ids."""

    def find(self, name: str, type_: str) -> str | None:
        """Returns the id of a name of this entity type; None if it is unknown or ambiguous.

        The answer never changes while the process runs.
        """
