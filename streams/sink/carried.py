"""What an article's or media item's documents bring along, told from document to document, as the graph keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Brought:
    """What a document brings along, what its predecessors did, and since when that is over.

    Attributes:
        ids: What the last document that told brings along; None while none told.
        since: When the first document that told reached the wire; milliseconds since 1970.
        dropped: What they brought and the last does not, each with the time of the first document without it.
    """

    ids: tuple[str, ...] | None = None
    since: int | None = None
    dropped: dict[str, int] = field(default_factory=dict)

    def tell(self, ids: Sequence[str] | None, at: int) -> bool:
        """Takes in a document; returns whether anything is other than before.

        Args:
            ids: What it brings along; None if it does not tell, as older versions of the service did not: then all
                stays as it is.
            at: When it reached the wire, or the withdrawal that it ends; milliseconds since 1970.
        """
        if ids is None or (self.ids is not None and tuple(ids) == self.ids):
            return False
        over = dict.fromkeys(self.ids or (), at) | self.dropped
        self.dropped = {id_: over[id_] for id_ in sorted(over) if id_ not in ids}
        self.ids = tuple(ids)
        self.since = at if self.since is None else self.since
        return True
