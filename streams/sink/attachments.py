"""An article's or media item's attachments, as the graph remembers them from document to document.

The attachments of an article are the media items that its text names; those of a media item are the articles derived
from it, such as a transcript. Messages and the graph call them `brings`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Attachments:
    """The present attachments, and the earlier ones that are gone.

    Attributes:
        ids: Those that the latest document to list them has; None if no document listed any.
        since: When the first document that listed them reached Kafka; milliseconds since 1970.
        dropped: Those that an earlier document had and the latest does not, each with the time of the first document
            without it.
    """

    ids: tuple[str, ...] | None = None
    since: int | None = None
    dropped: dict[str, int] = field(default_factory=dict)

    def update(self, ids: Sequence[str] | None, at: int) -> bool:
        """Takes in the list of a newer document; returns whether anything changed.

        Args:
            ids: The document's attachments. None leaves everything as it is: the document does not list them, as those
                of older versions of the service do not.
            at: When the document reached Kafka, or when the withdrawal began that it ends; milliseconds since 1970.
        """
        if ids is None or (self.ids is not None and tuple(ids) == self.ids):
            return False
        ended = dict.fromkeys(self.ids or (), at) | self.dropped
        self.dropped = {id_: ended[id_] for id_ in sorted(ended) if id_ not in ids}
        self.ids = tuple(ids)
        self.since = at if self.since is None else self.since
        return True
