"""The suspicions of one worker: which records it takes in small portions, and what its commits say.

A worker that dies takes with it what it knew, so it writes down beforehand what it is about to do (`note`). The next
one reads that. After two deaths that may have the same cause it takes the suspected records in eighths, one portion at
a time, and notes each portion before it begins. A portion that a death interrupts is taken record by record. A record
that a death interrupts alone is not touched again: it is condemned, and goes to dead-letters.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from streams.road.stage import Record
from streams.road.suspicion.note import NONE, Note, opened

PORTIONS = 8
"""A suspected window is taken in so many portions at first."""


@dataclass(slots=True)
class _Place:
    """Where a partition stands. `offset` is the next to be done; `stored` is the note that was found at `begun`."""

    begun: int
    stored: Note
    offset: int
    note: Note
    condemned: int

    @property
    def isolated(self) -> bool:
        return self.offset < self.note.until or self.condemned >= self.offset

    @property
    def suspected(self) -> bool:
        return self.isolated or self.note.starts > 1


@dataclass(frozen=True, slots=True)
class Portion:
    """What is to be taken next.

    Attributes:
        indices: Which of the records offered, in order; all of one partition.
        condemned: Whether it is a record that may not be worked on.
    """

    indices: list[int]
    condemned: bool = False


class Suspects:
    """What is suspected in the partitions that this worker reads."""

    def __init__(self, window: int, *, changed: Callable[[bool], None] = lambda _: None) -> None:
        """Suspects nothing.

        Args:
            window: Most records that this worker has in flight.
            changed: Called when the first suspicion opens (True) and when the last one closes (False).
        """
        self._window = window
        self._changed = changed
        self._said = False
        self._places: dict[int, _Place] = {}

    def open(self, partition: int, offset: int, text: str | None, end: int) -> None:
        """Takes over a partition.

        Args:
            partition: The partition.
            offset: Its committed offset.
            text: What Kafka keeps beside that offset.
            end: Its end offset.
        """
        stored = Note.of(text) if offset < end else Note()
        note, condemned = opened(offset, stored, end, self._window)
        self._places[partition] = _Place(offset, stored, offset, note, condemned)
        self._tell()

    def close(self, partition: int) -> None:
        """Forgets a partition, which another worker takes over."""
        self._places.pop(partition, None)
        self._tell()

    def passed(self, partition: int, offset: int) -> None:
        """Notes progress: everything before the offset is done."""
        place = self._places.get(partition)
        if place is not None and offset > place.offset:
            place.note = place.note.after(offset)
            place.offset = offset
            self._tell()

    def begin(self, records: Sequence[Record]) -> None:
        """Notes which portion is about to be worked on. To be committed before it is."""
        partition = records[0].partition
        for other, place in self._places.items():
            if other == partition:
                place.note = replace(place.note, working=records[-1].offset, count=len(records))
            elif place.condemned < place.offset:
                place.note = replace(place.note, working=NONE, count=0)

    def next_portion(self, records: Sequence[Record]) -> Portion:
        """Returns what is to be taken next of the records offered, which are in order within each partition."""
        partition = records[0].partition
        place = self._places.get(partition)
        own = [index for index, record in enumerate(records) if record.partition == partition]
        if place is None:
            return Portion(own)
        first = records[0].offset
        if first == place.condemned:
            return Portion(own[:1], condemned=True)
        size = 1 if first < place.note.singles else max(1, self._window // PORTIONS)
        return Portion(own[:size])

    def positions(self) -> dict[int, int]:
        """Returns, by partition, the offset before which everything is done."""
        return {partition: place.offset for partition, place in self._places.items()}

    def running(self, partition: int, offset: int) -> str:
        """Returns what a commit of this offset says while this worker runs."""
        place = self._places.get(partition)
        if place is None:
            return ""
        return (place.note if offset == place.offset else place.note.after(offset)).text()

    def ended(self, partition: int) -> str:
        """Returns what the last commit says when this worker ends in good order: its own start counts for nothing."""
        place = self._places.get(partition)
        if place is None:
            return ""
        if place.offset == place.begun:
            return place.stored.text()
        note = place.note.after(place.offset)
        deaths = max(note.starts - 1, 0)
        return replace(note, starts=deaths, within=note.within if deaths else 0).text()

    @property
    def isolating(self) -> bool:
        """Whether records are to be taken in portions, one at a time."""
        return any(place.isolated for place in self._places.values())

    def describe(self) -> list[str]:
        """Says, for /health, which records are suspected."""
        return [
            f"isolates what killed workers: partition {partition}, offsets {place.offset} to {place.note.until - 1}"
            for partition, place in sorted(self._places.items())
            if place.offset < place.note.until
        ]

    def _tell(self) -> None:
        suspected = any(place.suspected for place in self._places.values())
        if suspected != self._said:
            self._said = suspected
            self._changed(suspected)
