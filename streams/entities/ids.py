"""Who knows Wikidata ids: the one question that is asked of any table."""

from typing import Protocol


class WikidataIds(Protocol):
    """Knows Wikidata ids of names."""

    def find(self, name: str, type_: str) -> str | None:
        """Returns the id of what a name of this entity type stands for.

        A pure function of its arguments, for as long as the process lives. None if it is unknown or more than one.
        """
