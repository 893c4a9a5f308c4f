"""Who a picture shows, by rule: the one person that its caption is about, if one person is seen in it.

Right or silent: where a second face is seen, or the caption could mean anybody else, nothing is said.
"""

from collections.abc import Sequence

from inference.text.names.captions import shown
from streams.media.objects import SeenObject
from streams.media.provenance import Provenance
from streams.messages.events import MEDIA_TYPE, Entity, MediaItem, Predicate, TextSpan, Triple
from topology.ontology import Ontology

RELATION = "depicted_in"
MODEL = ("caption-rule", "1")
"""The extractor of these triples, for the evidence."""

LEAST = 0.5
"""Least confidence in the one face or person; weaker ones still count as a second."""

_FACE, _PERSON = "face", "person"


def depicted(provenance: Provenance, found: Sequence[SeenObject], ontology: Ontology) -> list[Triple]:
    """Returns that a person is depicted in a picture, or nothing.

    Args:
        provenance: The picture, with its caption and the entities that it mentions.
        found: Its objects.
        ontology: Says whether and how this is told.
    """
    item = provenance.item
    spec = ontology.by_id.get(RELATION)
    if spec is None or not item.caption:
        return []
    thing = _the_one(found)
    whom = _whom(item)
    if thing is None or whom is None or not ontology.allows(whom[0].type, RELATION, MEDIA_TYPE):
        return []
    person, where = whom
    if thing.thing.score < (LEAST if spec.threshold is None else spec.threshold):
        return []
    proof = provenance.evidence(thing.spot, MODEL, field="caption", subject=where)
    predicate = Predicate(id=RELATION, name=spec.name)
    return [Triple.of(person, predicate, provenance.entity, thing.thing.score, proof, kind="inferred")]


def _whom(item: MediaItem) -> tuple[Entity, TextSpan] | None:
    people = {m.entity.id: (m.entity, {m.entity.name, *m.names}) for m in item.mentions if m.entity.type == "person"}
    others = {name for m in item.mentions if m.entity.type != "person" for name in (m.entity.name, *m.names)}
    found = shown(item.caption, {id_: names for id_, (_, names) in people.items()}, others)
    if found is None:
        return None
    person = people[found[0]][0]
    # "Pulse" alone may be a person by mistake; first and last name hardly.
    if " " not in person.name:
        return None
    return person, TextSpan.of(item.caption, found[1].start, found[1].end)


def _the_one(found: Sequence[SeenObject]) -> SeenObject | None:
    """Returns the only face, or else the only person; None if there may be two people."""
    faces = [seen for seen in found if seen.thing.label == _FACE]
    people = [seen for seen in found if seen.thing.label == _PERSON]
    if len(faces) > 1 or len(people) > 1:
        return None
    if faces and people and not _within(faces[0], people[0]):
        return None
    return next(iter(faces or people), None)


def _within(face: SeenObject, person: SeenObject) -> bool:
    left, top, right, bottom = face.thing.box
    x, y = (left + right) / 2, (top + bottom) / 2
    return person.thing.box[0] <= x < person.thing.box[2] and person.thing.box[1] <= y < person.thing.box[3]
