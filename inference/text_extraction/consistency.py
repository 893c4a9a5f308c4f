"""Drops relations of one article that contradict each other, or what is known of well-known places.

The model scores each pair and relation by itself.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence

from inference.text.geography.contradictions import contradicts
from inference.text.names.countries import ALIASES, DEMONYMS
from inference.text.types import TextMention, TextRelation
from topology.ontology import Ontology, RelationSpec

_COUNTRIES = frozenset(DEMONYMS.values()) | frozenset(ALIASES.values())

_BODIES = frozenset({"ministry", "senate", "parliament", "bundestag", "knesset", "duma", "commons", "cabinet"})
"""Last words of the names of bodies that are neither an office nor a party."""

_Entity = tuple[str, str]


def consistent(
    relations: Sequence[TextRelation], mentions: Sequence[TextMention], ontology: Ontology
) -> tuple[TextRelation, ...]:
    """Returns the relations without those that the ontology's flags rule out. In a conflict, the highest score wins.

    - `excludes`: the same words do not make somebody both head of state and head of government.
    - `of_countries`: the object must be a country; nobody is a citizen of a region.
    - A chamber or a ministry is neither an office that somebody holds nor a party.
    - What is known of well-known places: Paris is not in Germany (`inference.text.geography.contradictions`).
    - `one_subject`: a person leads only one company of an article.
    - `lasting`: a person has only one place of birth in an article.

    Only relations of one modality contradict each other: somebody may lead one company and have led another before.
    Ties go to the alphabetically first name or relation, so that the result depends on the article alone.

    Args:
        relations: The relations of one article.
        mentions: The mentions that the relations index.
        ontology: The ontology; a relation that is not in it is kept.
    """
    specs = ontology.by_id

    def about(relation: TextRelation) -> _Entity:
        return _entity(mentions[relation.subject])

    def target(relation: TextRelation) -> _Entity:
        return _entity(mentions[relation.object])

    kept = [
        r
        for r in relations
        if not _of_no_country(specs.get(r.predicate), mentions[r.object])
        and not _of_wrong_place(r.predicate, mentions[r.subject], mentions[r.object])
        and not _of_wrong_body(r.predicate, mentions[r.object])
    ]
    kept = _winners(
        kept,
        lambda r: [
            (r.modality, r.field, r.sentence, about(r), target(r), *sorted((r.predicate, o)))
            for o in ontology.rivals.get(r.predicate, ())
        ],
        lambda r: r.predicate,
    )
    kept = _winners(
        kept,
        lambda r: [(r.modality, r.predicate, target(r))] if _is(specs.get(r.predicate), "one_subject") else [],
        about,
    )
    kept = _winners(
        kept,
        lambda r: [(r.modality, r.predicate, about(r))] if _is(specs.get(r.predicate), "lasting") else [],
        target,
    )
    return tuple(kept)


def meant(predicate: str, subject_type: str, ontology: Ontology) -> str:
    """Returns the relation that is meant: an event has a location (P276), but lies in no administrative entity."""
    return "P276" if predicate == "P131" and subject_type == "event" and "P276" in ontology.by_id else predicate


def _winners(
    relations: Sequence[TextRelation],
    conflicts: Callable[[TextRelation], Iterable[Hashable]],
    side: Callable[[TextRelation], Hashable],
) -> list[TextRelation]:
    """Returns the relations that lose no conflict: the side with the highest score wins all of it."""
    best: dict[Hashable, tuple[float, Hashable]] = {}
    for relation in relations:
        for conflict in conflicts(relation):
            claim = (-relation.score, side(relation))
            best[conflict] = min(claim, best.get(conflict, claim))
    return [r for r in relations if all(best[conflict][1] == side(r) for conflict in conflicts(r))]


def _is(spec: RelationSpec | None, flag: str) -> bool:
    return spec is not None and bool(getattr(spec, flag))


def _of_no_country(spec: RelationSpec | None, mention: TextMention) -> bool:
    return _is(spec, "of_countries") and DEMONYMS.get(mention.name, mention.name) not in _COUNTRIES


def _of_wrong_place(predicate: str, subject: TextMention, object_: TextMention) -> bool:
    return subject.type == "location" and contradicts(subject.name, predicate, object_.name)


def _of_wrong_body(predicate: str, object_: TextMention) -> bool:
    """Returns whether somebody is said to hold, or to be a party member of, what is a body of the state by its name."""
    bare = object_.name.partition(" of ")[0].rpartition(" ")[2].lower()
    return predicate in {"P39", "P102"} and bare in _BODIES


def _entity(mention: TextMention) -> _Entity:
    return mention.type, mention.name
