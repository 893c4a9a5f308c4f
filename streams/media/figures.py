"""People in a picture: faces and figures that belong together are one person, and people stand from left to right."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from streams.media.objects import SeenObject

LEAST = 0.5
"""Least confidence of a face or figure that is shown as evidence. A weaker one still counts as a person."""

FACE, PERSON = "face", "person"

_APART = 0.25
"""Least distance of two neighbours' middles, as a share of the narrower one's width: nearer ones have no order."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A person in a picture: a face, a figure, or both.

    Attributes:
        face: The face.
        body: The whole figure.
    """

    face: SeenObject | None
    body: SeenObject | None

    @property
    def best(self) -> SeenObject:
        """The face, if it is sure enough, or else the surer of the two."""
        if self.face is not None and (self.body is None or self.face.track.score >= LEAST):
            return self.face
        both = [seen for seen in (self.face, self.body) if seen is not None]
        return max(both, key=lambda seen: seen.track.score)

    @property
    def widest(self) -> SeenObject:
        """The figure, or else the face."""
        return self.body or self.best


def figures(found: Sequence[SeenObject]) -> list[Figure]:
    """Returns the people among a picture's objects.

    A face belongs to the smallest figure around its middle that has no face yet, the surest faces first; a face without
    one is a person of its own.
    """
    bodies = sorted((seen for seen in found if seen.track.label == PERSON), key=_area)
    faces = sorted((seen for seen in found if seen.track.label == FACE), key=lambda seen: -seen.track.score)
    heads: dict[int, SeenObject] = {}
    alone = []
    for face in faces:
        place = next((n for n, body in enumerate(bodies) if n not in heads and _within(face, body)), None)
        if place is None:
            alone.append(face)
        else:
            heads[place] = face
    return [Figure(heads.get(n), body) for n, body in enumerate(bodies)] + [Figure(face, None) for face in alone]


def from_left(people: Sequence[Figure]) -> list[Figure] | None:
    """Returns people from left to right; None if two of them have no order because one stands in front of the other."""
    row = sorted(people, key=lambda one: _middle(one.widest))
    for one, other in pairwise(row):
        narrow = min(_width(one.widest), _width(other.widest))
        if _middle(other.widest) - _middle(one.widest) < _APART * narrow:
            return None
    return row


def _within(face: SeenObject, person: SeenObject) -> bool:
    left, top, right, bottom = face.track.box
    x, y = (left + right) / 2, (top + bottom) / 2
    return person.track.box[0] <= x < person.track.box[2] and person.track.box[1] <= y < person.track.box[3]


def _middle(seen: SeenObject) -> float:
    return (seen.track.box[0] + seen.track.box[2]) / 2


def _width(seen: SeenObject) -> float:
    return seen.track.box[2] - seen.track.box[0]


def _area(seen: SeenObject) -> float:
    left, top, right, bottom = seen.track.box
    return (right - left) * (bottom - top)
