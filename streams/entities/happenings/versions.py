"""Which version of a document came last.

A worker of the news stage that was frozen may publish what it had read after another worker has published a newer
version. The graph keeps the newer one, by the time at which Kafka received the article; so does the registry.
"""

from collections import OrderedDict
from datetime import datetime

MOST_DOCUMENTS = 1 << 16
"""Documents of which the newest version is known, those heard of last: an overtaken version is late by seconds."""


class Versions:
    """The newest versions of the documents that were heard of last. A worker that takes over knows none."""

    def __init__(self, most: int = MOST_DOCUMENTS) -> None:
        """Creates it without documents."""
        self._most = most
        self._newest: OrderedDict[str, datetime] = OrderedDict()

    def overtaken(self, document: str, received_at: str) -> bool:
        """Returns whether a newer version of a document was heard of before this one.

        Args:
            document: The document's id.
            received_at: When Kafka received the article, as ISO 8601 in UTC; if it is no such time, nothing is known.
        """
        try:
            time = datetime.fromisoformat(received_at)
            newest = self._newest.get(document, time)
            if time < newest:
                return True
        except (ValueError, TypeError):  # TypeError: one of them has no time zone
            return False
        self._newest[document] = time
        self._newest.move_to_end(document)
        if len(self._newest) > self._most:
            self._newest.popitem(last=False)
        return False
