"""From relations between mentions to triples, as the ontology allows them."""

from collections.abc import Sequence
from functools import lru_cache

from inference.text.budget import at_most, charge
from inference.text.types import TextExtraction, TextRelation
from streams.messages.events import Entity, Evidence, Predicate, Triple
from streams.news.entity_mentions import VALUE_TYPES, relation_end
from streams.news.evidence import ArticleEvidence
from streams.news.spots import Spots
from streams.news.values import FoundValues, literal
from topology.ontology import Ontology

MOST_TRIPLES = 10_000
"""Most relations of one article: each is a record of its own. The articles of our feeds have a few dozen."""

_RELATION_UNITS = 40
"""Units of work that a relation costs: its triple, its ids and its evidence."""


def relation_triples(
    extraction: TextExtraction,
    entities: Sequence[Entity | None],
    ontology: Ontology,
    threshold: float,
    *,
    values: FoundValues,
    evidence: ArticleEvidence,
) -> list[Triple]:
    """Returns the triples of an article's relations, in the extraction's order.

    Left out are relations below the threshold, outside the ontology, or between an entity and itself. A triple found
    twice (two windows may overlap) is returned once, with the higher confidence.

    Args:
        extraction: What the model found in the article.
        entities: The entity of each of its mentions, as `mentioned` returns them.
        ontology: Which relations may hold between which types.
        threshold: Least confidence of a relation that the model was trained on.
        values: The article's dates and quantities.
        evidence: Makes the evidence of this revision of the article.

    Raises:
        TooCostlyError: There are more than `MOST_TRIPLES`, or the item's budget is spent.
    """
    triples: dict[str, Triple] = {}
    spots = Spots(evidence.article.passages)
    for relation in extraction.relations:
        charge(_RELATION_UNITS, "making triples")
        subject = extraction.mentions[relation.subject]
        object_ = extraction.mentions[relation.object]
        spec = ontology.by_id.get(relation.predicate)
        if spec is None:
            continue
        if relation.score < spec.least(threshold) and relation.predicate not in extraction.described:
            continue
        about = relation_end(subject, entities[relation.subject], spec.domain)
        target = relation_end(object_, entities[relation.object], spec.range)
        if about is None or target is None or about.id == target.id or subject.type in VALUE_TYPES:
            continue
        if not ontology.allows(about.type, relation.predicate, target.type):
            continue
        triple = Triple.of(
            about,
            _predicate(spec.id, spec.name),
            literal(object_, values) if object_.type in VALUE_TYPES else target,
            relation.score,
            _evidence(relation, extraction, evidence, spots),
            modality=relation.modality,
            attributed_to=None if relation.attributed_to is None else entities[relation.attributed_to],
            since=relation.since or None,
            until=relation.until or None,
        )
        earlier = triples.get(triple.id)
        if earlier is None or _rank(earlier) < _rank(triple):
            triples[triple.id] = triple
        at_most(len(triples), MOST_TRIPLES, "relations in one article")
    return list(triples.values())


def _rank(triple: Triple) -> tuple[bool, float]:
    """Orders readings of the same place: what a cue marks is more certain than what none marks."""
    return triple.modality != "asserted", triple.confidence


def _evidence(relation: TextRelation, extraction: TextExtraction, evidence: ArticleEvidence, spots: Spots) -> Evidence:
    return evidence.of(
        relation.field,
        relation.sentence,
        extraction.mentions[relation.subject].span,
        extraction.mentions[relation.object].span,
        model=extraction.model,
        version=extraction.model_version,
        spot=spots.of(relation.sentence) if relation.field == "body" else None,
    )


@lru_cache(maxsize=1 << 10)
def _predicate(id_: str, name: str) -> Predicate:
    return Predicate(id=id_, name=name)
