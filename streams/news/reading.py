"""What an article states: its document and its triples.

Pure, so that the worker and `triplewire extract` produce the same from the same article.
"""

from datetime import datetime
from hashlib import blake2b
from typing import Any

from inference.text.modality.reading import VERSION as MODALITIES_VERSION
from inference.text.names.roles import VERSION as ROLES_VERSION
from inference.text.statements.reading import VERSION as WORDINGS_VERSION
from inference.text.types import TextExtraction
from streams.messages.events import Article, Document, Keyword, Triple
from streams.news.attributes import attributes_of
from streams.news.entity_mentions import mentioned
from streams.news.evidence import ArticleEvidence
from streams.news.media_items import media_ids
from streams.news.relations import relation_triples
from streams.news.values import listed
from topology.ontology import Ontology

TOO_COSTLY = "too-costly"
"""The reason in the dead letter of an article that costs more than one may."""


def read(
    article: Article,
    extraction: TextExtraction,
    ontology: Ontology,
    observed_at: datetime,
    threshold: float,
    *,
    keywords: tuple[Keyword, ...] = (),
) -> tuple[Document, list[Triple]]:
    """Returns what an article states.

    Args:
        article: The article, not a retraction.
        extraction: What the model found in it.
        ontology: Which relations may hold between which types.
        observed_at: When the article reached the wire, aware.
        threshold: Least confidence of a relation that the model was trained on.
        keywords: Its keywords.

    Returns:
        The document, which is to be published first, and its triples: first those about the article itself.

    Raises:
        TooCostlyError: There is more in it than one article may state, or the item's budget is spent.
    """
    revision = revision_of(article, extraction, ontology, threshold)
    evidence = ArticleEvidence(article, revision, observed_at)
    entities, mentions = mentioned(extraction.mentions)
    attributes = attributes_of(extraction, evidence)
    triples = attributes.triples + relation_triples(
        extraction, entities, ontology, threshold, values=attributes.values, evidence=evidence
    )
    document = _document(
        article,
        revision,
        observed_at,
        language=extraction.language,
        place=attributes.place,
        keywords=keywords,
        values=listed(article, attributes.values),
        mentions=mentions,
        triples=len(triples),
        brings=media_ids(article),
    )
    return document, triples


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


def revision_of(article: Article, extraction: TextExtraction, ontology: Ontology, threshold: float) -> str:
    """Returns a short hash of an article's text and of all that decides what is read in it.

    Another model, other relations, another threshold or other rules for modalities, wordings and people's roles make
    another revision, just as other text does. A revision ends the evidence of the one before, so reading an article
    again leaves no outdated facts behind.
    """
    reader = (extraction.model, extraction.model_version, ontology.digest, repr(threshold), extraction.added)
    rules = (MODALITIES_VERSION, WORDINGS_VERSION, ROLES_VERSION)
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
