"""The note beside a committed offset: how workers that died there are counted, wherever they ran.

Kafka keeps a string with each committed offset. Ours says how many workers have begun at that offset and not ended in
good order. It is written in one step with the offset, and by the partition's present owner only, so it can neither be
lost nor be overtaken; no process and no host has to remember anything.
"""

import json
from dataclasses import asdict, dataclass, replace

DEATHS_UNTIL_ISOLATION = 2
"""After this many deaths that may have the same cause, records are taken in small portions."""

NONE = -1


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of the records from a committed offset on.

    Attributes:
        starts: Workers that began here and have not ended in good order; the present one counts.
        within: The end (exclusive) of the offsets among which the cause of the first of these deaths is. Progress up to
            there clears nobody; progress beyond it clears all.
        until: The end (exclusive) of the offsets that are suspected; records before it are taken in small portions.
        singles: The end (exclusive) of the offsets whose records are taken one by one.
        working: The last offset of the portion that is being worked on; -1 if none is.
        count: Records in that portion.
    """

    starts: int = 0
    within: int = 0
    until: int = 0
    singles: int = 0
    working: int = NONE
    count: int = 0

    def text(self) -> str:
        """Returns the note as Kafka keeps it; "" if there is nothing to say."""
        said = {name: number for name, number in asdict(self).items() if number != getattr(EMPTY, name)}
        return json.dumps(said, separators=(",", ":")) if said else ""

    @classmethod
    def of(cls, text: str | None) -> "Note":
        """Reads a note. What another program wrote beside the offset says nothing to us."""
        try:
            said = json.loads(text or "{}")
            numbers = {name: said[name] for name in asdict(EMPTY) if name in said}
        except (ValueError, TypeError):
            return EMPTY
        return cls(**numbers) if all(type(number) is int for number in numbers.values()) else EMPTY

    def after(self, offset: int) -> "Note":
        """Returns the note of a later offset, which records that passed have led to."""
        return Note(
            starts=self.starts if offset < self.within else 1,
            within=self.within if offset < self.within else 0,
            until=self.until if offset < self.until else 0,
            singles=self.singles if offset < self.singles else 0,
        )


EMPTY = Note()


def opened(offset: int, stored: Note, end: int, window: int) -> tuple[Note, int]:
    """Returns what a worker that begins at an offset has to note, and which record it may not touch.

    Args:
        offset: The offset that is committed.
        stored: The note beside it.
        end: The end offset of the partition. What was not there yet has killed nobody.
        window: Most records that a worker has in flight.

    Returns:
        The note to write, and the offset of the record that was being worked on alone when the last worker died; -1 if
        there is none.
    """
    if offset >= end:
        return Note(starts=1), NONE
    begun = replace(stored, starts=stored.starts + 1)
    if stored.starts and stored.within <= offset:
        begun = replace(begun, within=min(offset + window, end))
    if stored.working >= offset:
        if stored.count == 1:
            return begun, stored.working
        suspected = stored.working + 1
        return replace(begun, until=max(stored.until, suspected), singles=suspected, working=NONE, count=0), NONE
    begun = replace(begun, working=NONE, count=0)
    if stored.starts >= DEATHS_UNTIL_ISOLATION:
        begun = replace(begun, until=max(stored.until, min(offset + window, end)))
    return begun, NONE
