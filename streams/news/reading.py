"""What an article states: its document and its triples.

Pure, so that the worker and `triplewire extract` produce the same from the same article.
"""

from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from inference.text.likeness import VERSION as LIKENESS_VERSION
from inference.text.likeness import likeness
from inference.text.modality.reading import VERSION as MODALITIES_VERSION
from inference.text.names.roles import VERSION as ROLES_VERSION
from inference.text.statements.reading import VERSION as WORDINGS_VERSION
from inference.text.types import TextExtraction
from streams.messages.events import Article, Document, Keyword, Triple
from streams.messages.happening_events import HappeningReport
from streams.news.attributes import attributes_of
from streams.news.entity_mentions import mentioned
from streams.news.evidence import ArticleEvidence
from streams.news.happenings import VERSION as HAPPENINGS_VERSION
from streams.news.happenings.facts import following_facts
from streams.news.happenings.reports import reports
from streams.news.happenings.said import said_happenings
from streams.news.happenings.triples import TriggerEvidence, happening_triples
from streams.news.media_items import media_ids
from streams.news.relations import relation_triples
from streams.news.thresholds import Thresholds
from streams.news.values import listed
from topology.ontology import Ontology

TOO_COSTLY = "too-costly"
"""The reason in the dead letter of an article that costs more than one may."""


class Reading(NamedTuple):
    """What an article states.

    Attributes:
        document: Its document, which is to be published first.
        triples: Its triples: those about the article itself, its relations, what happened, and what follows from it.
        happenings: What happened, for the stage that knows who else reports it.
    """

    document: Document
    triples: list[Triple]
    happenings: tuple[HappeningReport, ...]


def read(
    article: Article,
    extraction: TextExtraction,
    ontology: Ontology,
    observed_at: datetime,
    thresholds: Thresholds,
    *,
    keywords: tuple[Keyword, ...] = (),
) -> Reading:
    """Returns what an article states.

    Args:
        article: The article, not a retraction.
        extraction: What the model found in it.
        ontology: Which relations may hold between which types, and what can happen.
        observed_at: When the article reached the wire, aware.
        thresholds: How sure the model must be of what the article states.
        keywords: Its keywords.

    Raises:
        TooCostlyError: There is more in it than one article may state, or the item's budget is spent.
    """
    revision = revision_of(article, extraction, ontology, thresholds)
    evidence = ArticleEvidence(article, revision, observed_at)
    entities, mentions = mentioned(extraction.mentions)
    attributes = attributes_of(extraction, evidence)
    relations = relation_triples(
        extraction, entities, ontology, thresholds.relation, values=attributes.values, evidence=evidence
    )
    said = said_happenings(extraction, entities, ontology, thresholds)
    cited = TriggerEvidence(extraction, evidence)
    following = following_facts(said, relations, cited, ontology, thresholds)
    found = (*attributes.triples, *relations, *happening_triples(said, cited), *following)
    # That an office was given up takes the place of what the same words say of who holds it.
    triples = list({triple.id: triple for triple in found}.values())
    document = _document(
        article,
        revision,
        observed_at,
        language=extraction.language,
        place=attributes.place,
        keywords=keywords,
        values=listed(article, attributes.values),
        mentions=mentions,
        likeness=likeness(article.body),
        triples=len(triples),
        brings=media_ids(article),
    )
    return Reading(document, triples, reports(said, article, observed_at))


def withdrawn(article: Article, observed_at: datetime) -> Document:
    """Returns the document that withdraws an article and all its triples.

    One that erases the article repeats nothing of it but its id.

    Args:
        article: A retraction.
        observed_at: When it reached the wire, aware.
    """
    if article.erase:
        return Document(id=article.id, op="retract", erase=True, observed_at=observed_at)
    return _document(article, article.revision, observed_at, language=article.language)


def revision_of(article: Article, extraction: TextExtraction, ontology: Ontology, thresholds: Thresholds) -> str:
    """Returns a short hash of an article's text and of all that decides what is read in it.

    Another model, another ontology, another threshold or other rules for modalities, wordings, people's roles,
    happenings and copies make another revision, just as other text does. A revision ends the evidence of the one
    before, so reading an article again leaves no outdated facts behind.
    """
    reader = (extraction.model, extraction.model_version, ontology.digest, repr(thresholds), extraction.added)
    rules = (MODALITIES_VERSION, WORDINGS_VERSION, ROLES_VERSION, HAPPENINGS_VERSION, LIKENESS_VERSION)
    return blake2b("\x1f".join((article.revision, *reader, *rules)).encode(), digest_size=8).hexdigest()


def _document(article: Article, revision: str, observed_at: datetime, **found: Any) -> Document:
    return Document(
        id=article.id,
        op=article.op,
        revision=revision,
        headline=article.headline,
        url=article.url,
        source=article.source,
        published_at=article.published_at,
        observed_at=observed_at,
        author=article.author,
        derived_from=article.derived_from,
        **found,
    )
