"""What cannot well be true at once in one article, dropped: the model judges each pair and relation by itself."""

from collections.abc import Callable, Hashable, Iterable, Sequence

from inference.text.names.countries import ALIASES, DEMONYMS
from inference.text.types import TextMention, TextRelation
from topology.ontology import Ontology, RelationSpec

_COUNTRIES = frozenset(DEMONYMS.values()) | frozenset(ALIASES.values())

_Entity = tuple[str, str]


def consistent(
    relations: Sequence[TextRelation], mentions: Sequence[TextMention], ontology: Ontology
) -> tuple[TextRelation, ...]:
    """Returns the relations without those that the ontology rules out beside a surer one.

    - `excludes`: a head of state is not read as head of government from the same words.
    - `of_countries`: a region is nobody's country.
    - `one_subject`: who leads one company of an article leads no other of it.
    - `lasting`: nobody is born twice in one article.

    Ties go to the name or relation first in the alphabet, so that the answer depends on the article alone.

    Args:
        relations: What was read in one article.
        mentions: What the relations index.
        ontology: A relation that it does not know is kept.
    """
    specs = ontology.by_id

    def about(relation: TextRelation) -> _Entity:
        return _entity(mentions[relation.subject])

    def target(relation: TextRelation) -> _Entity:
        return _entity(mentions[relation.object])

    kept = [r for r in relations if not _of_no_country(specs.get(r.predicate), mentions[r.object])]
    kept = _surest(
        kept,
        lambda r: [
            (r.field, r.sentence, about(r), target(r), *sorted((r.predicate, o)))
            for o in ontology.rivals.get(r.predicate, ())
        ],
        lambda r: r.predicate,
    )
    kept = _surest(
        kept,
        lambda r: [(r.predicate, target(r))] if _is(specs.get(r.predicate), "one_subject") else [],
        about,
    )
    kept = _surest(
        kept,
        lambda r: [(r.predicate, about(r))] if _is(specs.get(r.predicate), "lasting") else [],
        target,
    )
    return tuple(kept)


def _surest(
    relations: Sequence[TextRelation],
    rivalries: Callable[[TextRelation], Iterable[Hashable]],
    side: Callable[[TextRelation], Hashable],
) -> list[TextRelation]:
    """Keeps, in each rivalry that relations share, those of the side that has the surest of them."""
    best: dict[Hashable, tuple[float, Hashable]] = {}
    for relation in relations:
        for rivalry in rivalries(relation):
            claim = (-relation.score, side(relation))
            best[rivalry] = min(claim, best.get(rivalry, claim))
    return [r for r in relations if all(best[rivalry][1] == side(r) for rivalry in rivalries(r))]


def _is(spec: RelationSpec | None, flag: str) -> bool:
    return spec is not None and bool(getattr(spec, flag))


def _of_no_country(spec: RelationSpec | None, mention: TextMention) -> bool:
    return _is(spec, "of_countries") and DEMONYMS.get(mention.name, mention.name) not in _COUNTRIES


def _entity(mention: TextMention) -> _Entity:
    return mention.type, mention.name
