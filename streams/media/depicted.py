"""Finds who a picture shows, by a rule: if its caption is about one person and it shows one person, it shows that one.

The rule prefers silence to a mistake: it says nothing if there is a second face, or if the caption may mean somebody
else.
"""

from collections.abc import Sequence

from inference.text.names.captions import shown
from streams.media.objects import SeenObject
from streams.media.provenance import Provenance
from streams.messages.events import MEDIA_TYPE, Entity, MediaItem, Predicate, TextSpan, Triple
from topology.ontology import Ontology

RELATION = "depicted_in"
MODEL = ("caption-rule", "1")
"""Name and version of this rule, as evidence cites them."""

LEAST = 0.5
"""Least confidence of the one face or person. A detection below it still counts as a second person."""

_FACE, _PERSON = "face", "person"


def depicted(provenance: Provenance, found: Sequence[SeenObject], ontology: Ontology) -> list[Triple]:
    """Returns the triple that a person is depicted in a picture, or nothing.

    Args:
        provenance: The picture, with its caption and the entities that it mentions.
        found: Its objects.
        ontology: Defines the relation and its threshold, if it has the relation at all.
    """
    item = provenance.item
    spec = ontology.by_id.get(RELATION)
    if spec is None or not item.caption:
        return []
    seen = _only_person(found)
    named = _named_person(item)
    if seen is None or named is None or not ontology.allows(named[0].type, RELATION, MEDIA_TYPE):
        return []
    person, mention = named
    if seen.track.score < spec.least(LEAST):
        return []
    proof = provenance.evidence(seen.spot, MODEL, field="caption", subject=mention)
    predicate = Predicate(id=RELATION, name=spec.name)
    return [Triple.of(person, predicate, provenance.entity, seen.track.score, proof, kind="inferred")]


def _named_person(item: MediaItem) -> tuple[Entity, TextSpan] | None:
    """Returns the one person that the caption is about, and the mention in the caption."""
    people = {m.entity.id: (m.entity, {m.entity.name, *m.names}) for m in item.mentions if m.entity.type == "person"}
    others = {name for m in item.mentions if m.entity.type != "person" for name in (m.entity.name, *m.names)}
    found = shown(item.caption, {id_: names for id_, (_, names) in people.items()}, others)
    if found is None:
        return None
    person = people[found[0]][0]
    # A single word such as "Pulse" is easily mistaken for a person; a first and last name seldom is.
    if " " not in person.name:
        return None
    return person, TextSpan.of(item.caption, found[1].start, found[1].end)


def _only_person(found: Sequence[SeenObject]) -> SeenObject | None:
    """Returns the only face, or else the only person; None if there may be several people."""
    faces = [seen for seen in found if seen.track.label == _FACE]
    people = [seen for seen in found if seen.track.label == _PERSON]
    if len(faces) > 1 or len(people) > 1:
        return None
    if faces and people and not _within(faces[0], people[0]):
        return None
    return next(iter(faces or people), None)


def _within(face: SeenObject, person: SeenObject) -> bool:
    left, top, right, bottom = face.track.box
    x, y = (left + right) / 2, (top + bottom) / 2
    return person.track.box[0] <= x < person.track.box[2] and person.track.box[1] <= y < person.track.box[3]
