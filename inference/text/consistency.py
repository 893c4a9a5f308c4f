"""What cannot well be true of the same two at once, dropped: the model judges each relation by itself."""

from collections.abc import Sequence

from inference.text.countries import ALIASES, DEMONYMS
from inference.text.types import TextMention, TextRelation
from topology.ontology import Ontology

_COUNTRIES = frozenset(DEMONYMS.values()) | frozenset(ALIASES.values())


def consistent(
    relations: Sequence[TextRelation], mentions: Sequence[TextMention], ontology: Ontology
) -> tuple[TextRelation, ...]:
    """Returns the relations without those that the ontology rules out beside a surer one of the same two.

    A head of state is not read as head of government besides, and a chief executive not as founder, unless other words
    of the article say so; a region is nobody's country. Ties go to the relation first in the alphabet.

    Args:
        relations: What was read in one article.
        mentions: What the relations index.
        ontology: Its `excludes` and `of_countries`. A relation that it does not know is kept.
    """
    rivals: dict[str, set[str]] = {}
    for spec in ontology.relations:
        for other in spec.excludes:
            rivals.setdefault(spec.id, set()).add(other)
            rivals.setdefault(other, set()).add(spec.id)
    best: dict[tuple[object, ...], dict[str, float]] = {}
    for relation in relations:
        scores = best.setdefault(_where(relation, mentions), {})
        scores[relation.predicate] = max(relation.score, scores.get(relation.predicate, 0.0))

    def kept(relation: TextRelation) -> bool:
        spec = ontology.by_id.get(relation.predicate)
        if spec is not None and spec.of_countries and _name(mentions[relation.object]) not in _COUNTRIES:
            return False
        scores = best[_where(relation, mentions)]
        own = (-scores[relation.predicate], relation.predicate)
        return all(own < (-scores[r], r) for r in rivals.get(relation.predicate, ()) if r in scores)

    return tuple(relation for relation in relations if kept(relation))


def _name(mention: TextMention) -> str:
    return DEMONYMS.get(mention.name, mention.name)


def _where(relation: TextRelation, mentions: Sequence[TextMention]) -> tuple[object, ...]:
    about, target = mentions[relation.subject], mentions[relation.object]
    return (relation.field, relation.sentence, about.type, about.name, target.type, target.name)
