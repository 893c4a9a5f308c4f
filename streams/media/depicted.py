"""Finds who a picture shows, by a rule: if its caption says who is in it, and where, and it shows as many people.

The rule prefers silence to a mistake: it says nothing if there is one more face, if it is not clear who stands left of
whom, or if the caption may mean somebody else.
"""

from collections.abc import Sequence

from inference.text.names.captions import Cast, cast
from streams.media.figures import LEAST, figures, from_left
from streams.media.objects import SeenObject
from streams.media.provenance import Provenance
from streams.messages.events import MEDIA_TYPE, MediaItem, Predicate, TextSpan, Triple
from topology.ontology import Ontology

RELATION = "depicted_in"
MODEL = ("caption-rule", "2")
"""Name and version of this rule, as evidence cites them."""


def depicted(provenance: Provenance, found: Sequence[SeenObject], ontology: Ontology) -> list[Triple]:
    """Returns the triples that people are depicted in a picture.

    Args:
        provenance: The picture, with its caption and the entities that it mentions.
        found: Its objects.
        ontology: Defines the relation and its threshold, if it has the relation at all.
    """
    item = provenance.item
    spec = ontology.by_id.get(RELATION)
    if spec is None or not item.caption:
        return []
    people = {m.entity.id: (m.entity, {m.entity.name, *m.names}) for m in item.mentions if m.entity.type == "person"}
    said = _cast(item, {id_: names for id_, (_, names) in people.items()})
    row = from_left(figures(found)) if said else None
    if said is None or row is None or len(row) != said.count:
        return []
    triples = []
    for named in said.named:
        person, seen = people[named.person][0], row[named.place].best
        # A single word such as "Pulse" is easily mistaken for a person; a first and last name seldom is.
        if " " not in person.name or seen.track.score < spec.least(LEAST):
            continue
        if ontology.allows(person.type, RELATION, MEDIA_TYPE):
            mention = TextSpan.of(item.caption, named.where.start, named.where.end)
            proof = provenance.evidence(seen.spot, MODEL, field="caption", subject=mention)
            predicate = Predicate(id=RELATION, name=spec.name)
            triples.append(Triple.of(person, predicate, provenance.entity, seen.track.score, proof, kind="inferred"))
    return triples


def _cast(item: MediaItem, people: dict[str, set[str]]) -> Cast | None:
    others = {name for m in item.mentions if m.entity.type != "person" for name in (m.entity.name, *m.names)}
    return cast(item.caption, people, others)
