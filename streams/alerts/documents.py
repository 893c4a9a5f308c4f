"""Puts together what a document says: its `Document` and the triples that follow it, which come one by one.

Only a whole document can be matched: that an attack happened, where, and how many died are triples of their own.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from streams.messages.events import Document, Triple

MOST_OPEN = 256
"""Documents of which triples are still to come."""

MOST_TRIPLES = 4000
"""Triples of a document that are looked at; of more, the first."""


@dataclass(slots=True)
class GatheredDocument:
    """What a document says.

    Attributes:
        document: The document itself.
        triples: Its triples by id.
    """

    document: Document
    triples: dict[str, Triple] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return len(self.triples) >= min(self.document.triples, MOST_TRIPLES)


class OpenDocuments:
    """The documents of one partition of which triples are still to come."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, GatheredDocument] = OrderedDict()

    def add(self, event: Document | Triple) -> Iterator[GatheredDocument]:
        """Takes the next record; yields what is whole by now, and what is given up waiting for, as far as it came.

        A document without triples is yielded as well: what an earlier revision of it said is withdrawn.
        """
        if isinstance(event, Document):
            before = self._open.pop(event.id, None)
            # The same again, after a crash: the triples that came may not come again.
            gathered = before if before and before.document.revision == event.revision else GatheredDocument(event)
            self._open[event.id] = gathered
        else:
            found = self._open.get(event.evidence.document)
            # Without its document it was looked at before the crash that made it come again.
            if found is None or event.evidence.revision != found.document.revision:
                return
            gathered = found
            if len(gathered.triples) < MOST_TRIPLES:
                gathered.triples[event.id] = event
        if gathered.whole:
            del self._open[gathered.document.id]
            yield gathered
        while len(self._open) > MOST_OPEN:
            yield self._open.popitem(last=False)[1]
