"""Looks at what records say, one after the other: puts documents together, compares them, and takes note."""

from streams.alerts.documents import OpenDocuments
from streams.alerts.matching import Matcher, happening_key
from streams.alerts.memory import Memory
from streams.alerts.reading import Said
from streams.messages.events import Alias


class Lookout:
    """What is looked out for, and what was seen of it.

    Attributes:
        matcher: Compares; replaced when something else is watched.
        memory: Takes note.
        documents: Documents of which triples are still to come, by partition.
    """

    def __init__(self, matcher: Matcher, memory: Memory) -> None:
        """Has seen nothing yet."""
        self.matcher, self.memory = matcher, memory
        self.documents: dict[int, OpenDocuments] = {}

    def learn(self, partition: int, event: Said, now: float) -> None:
        """Looks at the next record of a partition.

        Args:
            partition: The partition.
            event: What the record says.
            now: Seconds since 1970.
        """
        if isinstance(event, Alias):
            self.matcher.learn(event)
            if event.canonical and event.alias.class_:
                self.memory.merge(happening_key(event.id), happening_key(event.canonical.id), now)
            return
        for gathered in self.documents.setdefault(partition, OpenDocuments()).add(event):
            # What an earlier revision of it said.
            self.memory.withdraw(gathered.document.id, now)
            for match in self.matcher.matches(gathered):
                self.memory.observe(match, gathered.document, now)
