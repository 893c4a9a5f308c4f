"""What an article says, as a document and its triples.

Pure, so that the worker and `triplewire extract` say the very same thing about an article.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b

from inference.text.names.countries import DEMONYMS
from inference.text.types import Span, TextExtraction, TextMention, TextRelation
from streams.messages.carried_ids import media_id
from streams.messages.events import (
    MAX_NAME,
    Article,
    Document,
    Entity,
    EntityMention,
    Evidence,
    Keyword,
    MediaItem,
    Predicate,
    TextSpan,
    Triple,
)
from streams.news.articles import language
from streams.news.attributes import Values, listed, literal, place_of, triples_of, values_of
from streams.news.spots import spot_of
from topology.ontology import Ontology

MAX_NAMES = 64
"""Other names of an entity that a document tells at most."""

_LIKE_COUNTRIES = frozenset({"misc", "location", "organization"})

VALUE_TYPES = frozenset({"date", "quantity"})
"""Entity types that are values: as objects they are literals, and they are no entities of a document."""


def read(
    article: Article,
    extraction: TextExtraction,
    ontology: Ontology,
    observed_at: datetime,
    threshold: float,
    *,
    keywords: tuple[Keyword, ...] = (),
) -> tuple[Document, list[Triple]]:
    """Says what an article states.

    Relations below the threshold, outside the ontology, or of an entity with itself are left out. The order of the
    triples is the extraction's; a triple found twice (two windows may overlap) is given once, with its best confidence.

    Args:
        article: The article. A retraction yields a retracting document without triples.
        extraction: What the models found in it.
        ontology: Which relations may hold between which types.
        observed_at: When the article reached the wire, aware.
        threshold: Least confidence of a relation that the model was trained on.
        keywords: Its keywords.

    Returns:
        The document, which is to be published first, and its triples.
    """
    entities, counted = mentioned(extraction.mentions)
    triples: dict[str, Triple] = {}
    revision = revision_of(article, extraction, ontology, threshold)
    values: Values = {}
    place = ""
    if article.op == "upsert":
        values = values_of(article, language(article))
        place, written_in = place_of(article, extraction)
        triples |= {triple.id: triple for triple in triples_of(article, revision, written_in, observed_at)}
        for relation in extraction.relations:
            subject = extraction.mentions[relation.subject]
            object_ = extraction.mentions[relation.object]
            spec = ontology.by_id.get(relation.predicate)
            least = threshold if spec is None or spec.threshold is None else spec.threshold
            if spec is None or (relation.score < least and relation.predicate not in extraction.described):
                continue
            about = _end(subject, entities[relation.subject], spec.domain)
            target = _end(object_, entities[relation.object], spec.range)
            if about is None or target is None or about.id == target.id or subject.type in VALUE_TYPES:
                continue
            if not ontology.allows(about.type, relation.predicate, target.type):
                continue
            triple = Triple.of(
                about,
                _predicate(relation.predicate, ontology.by_id[relation.predicate].name),
                literal(object_, values) if object_.type in VALUE_TYPES else target,
                relation.score,
                _evidence(article, revision, extraction, relation, observed_at),
            )
            known = triples.get(triple.id)
            if known is None or known.confidence < triple.confidence:
                triples[triple.id] = triple
    document = Document(
        id=article.id,
        op=article.op,
        revision=revision,
        headline=article.headline,
        url=article.url,
        source=article.source,
        published_at=article.published_at,
        observed_at=observed_at,
        language=language(article) if article.op == "upsert" else article.language,
        author=article.author,
        place=place,
        keywords=keywords,
        values=listed(article, values),
        mentions=counted,
        triples=len(triples),
        derived_from=article.derived_from,
        brings=_brought(article) if article.op == "upsert" else None,
    )
    return document, list(triples.values())


def revision_of(article: Article, extraction: TextExtraction, ontology: Ontology, threshold: float) -> str:
    """Returns a short hash of an article's text and of what read it.

    A reading by another model, with other relations or another threshold is a revision as other text is: it ends the
    evidence of the one before, so that an article that is read again leaves no facts behind that nobody finds any more.
    """
    if article.op == "retract":
        return article.revision
    reader = (extraction.model, extraction.model_version, ontology.digest, repr(threshold), extraction.added)
    return blake2b("\x1f".join((article.revision, *reader)).encode(), digest_size=8).hexdigest()


def mentioned(mentions: Sequence[TextMention]) -> tuple[list[Entity | None], tuple[EntityMention, ...]]:
    """Returns the entity of each mention, and all of them as their document counts them."""
    entities = [_entity(mention) for mention in mentions]
    return entities, _counted(zip(mentions, entities, strict=True))


def media_items(article: Article, extraction: TextExtraction) -> list[MediaItem]:
    """Returns one media event for each picture, video or sound the article names, with what the media stage needs.

    Each carries the entities of the headline, and those of the text that its caption names too.
    """
    items: dict[str, MediaItem] = {}
    entities = [_entity(mention) for mention in extraction.mentions]
    for reference in article.media:
        named = (
            (mention, entity)
            for mention, entity in zip(extraction.mentions, entities, strict=True)
            if mention.field == "headline" or mention.text in reference.caption
        )
        id_ = media_id(article.id, reference.uri)
        items[id_] = MediaItem(
            id=id_,
            uri=reference.uri,
            sha256=reference.sha256,
            article=article.id,
            headline=article.headline,
            source=article.source,
            url=article.url,
            caption=reference.caption,
            mentions=_counted(named),
            published_at=article.published_at,
        )
    return list(items.values())


def _brought(article: Article) -> tuple[str, ...]:
    """Returns the ids of an article's media items, each once."""
    return tuple(dict.fromkeys(media_id(article.id, reference.uri) for reference in article.media))


def _entity(mention: TextMention) -> Entity | None:
    """Returns the entity that a mention is in its document: "Syrian", as in "Syrian police", is Syria."""
    if mention.name in DEMONYMS and mention.type in _LIKE_COUNTRIES:
        return _named(DEMONYMS[mention.name], "location")
    return _named(mention.name, mention.type) if 0 < len(mention.name) <= MAX_NAME else None


# The news names the same entities over and over; hashing and validating them anew took a fifth of the time.
@lru_cache(maxsize=1 << 15)
def _named(name: str, type_: str) -> Entity:
    return Entity.of(name, type_)


@lru_cache(maxsize=1 << 10)
def _predicate(id_: str, name: str) -> Predicate:
    return Predicate(id=id_, name=name)


def _end(mention: TextMention, entity: Entity | None, allowed: tuple[str, ...]) -> Entity | None:
    """Returns the entity that a mention is as an end of a relation: where no country can stand, "Syrian" is a word."""
    if mention.type == "misc" and mention.name in DEMONYMS and "location" not in allowed:
        return _named(mention.name, mention.type)
    return entity


def _counted(mentions: Iterable[tuple[TextMention, Entity | None]]) -> tuple[EntityMention, ...]:
    counts: dict[str, int] = {}
    entities: dict[str, Entity] = {}
    names: dict[str, set[str]] = {}
    for mention, entity in mentions:
        if entity is None or entity.type in VALUE_TYPES:
            continue
        entities[entity.id] = entity
        counts[entity.id] = counts.get(entity.id, 0) + 1
        # That "Syrian" is of Syria is known anyway.
        if mention.spelling not in {"", entity.name} and mention.spelling not in DEMONYMS:
            names.setdefault(entity.id, set()).add(mention.spelling)
    return tuple(
        EntityMention(entity=entity, count=counts[id_], names=tuple(sorted(names.get(id_, ()))[:MAX_NAMES]))
        for id_, entity in entities.items()
    )


def _evidence(
    article: Article, revision: str, extraction: TextExtraction, relation: TextRelation, observed_at: datetime
) -> Evidence:
    text = article.headline if relation.field == "headline" else article.body

    def span(where: Span) -> TextSpan:
        return TextSpan.of(text, where.start, where.end)

    return Evidence(
        document=article.id,
        revision=revision,
        field=relation.field,
        sentence=span(relation.sentence),
        subject=span(extraction.mentions[relation.subject].span),
        object=span(extraction.mentions[relation.object].span),
        spot=spot_of(article.passages, relation.sentence) if relation.field == "body" else None,
        source=article.source,
        url=article.url,
        published_at=article.published_at,
        observed_at=observed_at,
        model=extraction.model,
        model_version=extraction.model_version,
    )
