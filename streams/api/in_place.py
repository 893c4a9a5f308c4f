"""Which messages of `triples` are about a place: facts by their two ends, happenings by where they happen.

What an article says of a happening is a triple for its class and for each of its roles, one of which may be the place.
So the triples before that one are held back until it comes, and those after it pass because it came.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from streams.desk.places import Within
from topology.ontology import HAPPENING

MOST_HAPPENINGS = 1000
"""Happenings that are remembered of a stream, the latest ones."""

MOST_HELD = 1024 * 1024
"""Bytes of messages that are held back, the latest ones."""

LOOK_BACK = 200
"""Records of a partition before a position that tell which happenings go on there; an article has far fewer of one."""

WHERE = "where"
"""Id of the role that says where something happened."""


@dataclass(slots=True)
class _Happening:
    """What came of a happening so far: whether it is in the place, and what is held back if that is not known."""

    inside: bool = False
    held: list[bytes] = field(default_factory=list)


class InPlace:
    """Passes what is about a place, for one stream and one partition, whose messages it must see in order."""

    def __init__(self, place: Within) -> None:
        """Has seen nothing yet.

        Args:
            place: What lies in it.
        """
        self._place = place
        self._happenings: OrderedDict[str, _Happening] = OrderedDict()
        self._bytes = 0

    def passing(self, type_: str | None, value: bytes) -> Iterator[bytes]:
        """Yields what may pass now: earlier messages that were held back, and then this one.

        Args:
            type_: The message's kind.
            value: The message.
        """
        if type_ != "triple":
            return
        try:
            triple = orjson.loads(value)
            subject, target = triple["subject"], triple["object"]
            if subject["type"] == HAPPENING:
                where = triple["predicate"]["id"] == WHERE
                yield from self._of_happening(subject["id"], value, here=where and self._is_here(target))
            elif self._is_here(subject) or self._is_here(target):
                yield value
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
            # The sink puts what cannot be read into dead letters; nobody is to wait for it here.
            return

    def _is_here(self, entity: dict[str, Any]) -> bool:
        """Returns whether a subject or object is the place or lies in it; a value does not."""
        if entity.get("id") in self._place.ids:
            return True
        return self._place.country is not None and (entity.get("location") or {}).get("country") == self._place.country

    def _of_happening(self, id_: str, value: bytes, *, here: bool) -> Iterator[bytes]:
        known = self._happenings.setdefault(id_, _Happening())
        self._happenings.move_to_end(id_)
        if here and not known.inside:
            known.inside = True
            self._bytes -= sum(map(len, known.held))
            yield from known.held
            known.held.clear()
        if known.inside:
            yield value
        else:
            known.held.append(value)
            self._bytes += len(value)
        while len(self._happenings) > MOST_HAPPENINGS or self._bytes > MOST_HELD:
            _, oldest = self._happenings.popitem(last=False)
            self._bytes -= sum(map(len, oldest.held))
