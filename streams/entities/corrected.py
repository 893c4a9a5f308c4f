"""What editors corrected in names and Wikidata ids, which precedes every rule of the registry."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from streams.entities.memory import Memory, Pin, name_of
from streams.messages.base import Entity
from streams.messages.correction_events import OF_NAMES, Correction


@dataclass(slots=True)
class Corrected:
    """The corrections, those that were withdrawn among them. Not thread-safe.

    Attributes:
        by_id: The last message of each, by its id, with what it corrects or corrected.
    """

    by_id: dict[str, Correction] = field(default_factory=dict)

    def later(self, corrections: Iterable[Correction]) -> list[Correction]:
        """Returns those that are not older than what is known, each with what it is about, in order."""
        latest: dict[str, Correction] = {}
        for correction in corrections:
            before = latest.get(correction.id) or self.by_id.get(correction.id)
            if before and before.at and correction.at and correction.at < before.at:
                continue
            if correction.kind is None and before:
                said = {"op": correction.op, "by": correction.by, "why": correction.why, "at": correction.at}
                correction = before.model_copy(update=said)  # noqa: PLW2901
            latest[correction.id] = correction
        return list(latest.values())

    def apply(self, memory: Memory, corrections: Sequence[Correction]) -> set[str]:
        """Takes corrections from `later` into the memory; returns the ids of the names that they are about.

        They are returned even if nothing changed: a decision on them may not have been published before a crash.
        """
        about: set[str] = set()
        for correction in corrections:
            if correction.kind in {*OF_NAMES, "wikidata"} and correction.subject:
                ends = [one for one in (correction.subject, correction.object) if isinstance(one, Entity)]
                about |= {memory.learn(name_of(one)).name.id for one in ends}
                _set(memory, correction)
            self.by_id[correction.id] = correction
        return about

    def names(self) -> set[str]:
        """Returns the ids of the names that corrections in force are about."""
        in_force = (one for one in self.by_id.values() if one.op == "correct")
        return {end.id for one in in_force for end in (one.subject, one.object) if isinstance(end, Entity)}


def _set(memory: Memory, correction: Correction) -> None:
    """Has the memory say what a correction says, or no longer, if it is withdrawn."""
    id_ = correction.subject.id if correction.subject else ""
    in_force = correction.op == "correct"
    if correction.kind == "wikidata":
        memory.identify(id_, (correction.wikidata,) if in_force else None)
    elif in_force and isinstance(correction.object, Entity):
        memory.pins[id_] = Pin(correction.object.id, apart=correction.kind == "split")
    else:
        memory.pins.pop(id_, None)
