"""Documents that were begun and not finished, so that a repeated call goes on where the last one failed.

Callers repeat a call as a whole: because the model was away, or because one of its documents was refused. What came
back of the others must not be asked for again.
"""

import time

from inference.text.types import TextDocument
from inference.text_extraction.work import Work

MOST_CHARACTERS = 8_000_000
"""Characters of text that are kept at most, the latest; a caller that gives up never fetches its own."""

KEPT_FOR = 600.0
"""Seconds that work is kept: by then the model may be another one."""


class Unfinished:
    """Work by document. Two equal documents are the same work."""

    def __init__(self) -> None:
        self._kept: dict[TextDocument, tuple[Work, float]] = {}

    def keep(self, work: Work) -> None:
        """Keeps a document's work."""
        self._kept.pop(work.document, None)
        self._kept[work.document] = work, time.monotonic()
        size = sum(map(_size, self._kept))
        while size > MOST_CHARACTERS and len(self._kept) > 1:
            oldest = next(iter(self._kept))
            size -= _size(oldest)
            del self._kept[oldest]

    def take(self, document: TextDocument) -> Work | None:
        """Returns the work of a document and forgets it; charges the document's budget again for what it cost.

        So whether a document is too costly does not depend on how often it was begun.

        Raises:
            TooCostlyError: The document's budget is spent.
        """
        work, since = self._kept.pop(document, (None, 0.0))
        if work is None or time.monotonic() - since > KEPT_FOR:
            return None
        if work.document is not document:
            if document.budget is not None and document.budget is not work.document.budget:
                document.budget.charge(work.units, "splitting into windows")
            work.document = document
        return work


def _size(document: TextDocument) -> int:
    return len(document.headline) + len(document.body)
