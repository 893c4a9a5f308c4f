"""Which entity stands for which, as the entities stage decided."""

from streams.messages.events import Alias

MOST_ALIASES = 1_000_000
"""Aliases that are remembered, about 250 bytes each; of more, the latest."""


class Aliases:
    """The last decision on each alias."""

    def __init__(self) -> None:
        self._stands_for: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._stands_for)

    def learn(self, alias: Alias) -> None:
        """Takes a decision into account."""
        self._stands_for.pop(alias.id, None)
        if alias.canonical is not None and alias.canonical.id != alias.id:
            self._stands_for[alias.id] = alias.canonical.id
            if len(self._stands_for) > MOST_ALIASES:
                del self._stands_for[next(iter(self._stands_for))]

    def forget(self, id_: str) -> None:
        """Forgets an alias that is none any more."""
        self._stands_for.pop(id_, None)

    def canonical(self, id_: str) -> str:
        """Returns the id of the entity that the one of an id stands for: never an alias itself, or its own."""
        return self._stands_for.get(id_, id_)
