"""An article's attributes: who wrote it and where, and the dates and quantities it states.

An attribute that articles share (a person, agency or place) becomes a triple of kind `attribute` about the article
itself. A plain value (title, source, time) stays a property of the document. See
docs/decisions/0012-attributes-and-keywords.md.
"""

from dataclasses import dataclass
from typing import Literal

from inference.text.cleaning.asides import without_asides
from inference.text.cleaning.markup import without_markup
from inference.text.names.bylines import FoundName, authors
from inference.text.names.canonical import LONGEST_NAME, canonical_name
from inference.text.names.datelines import dateline
from inference.text.types import Span, TextExtraction
from streams.messages.events import ARTICLE_TYPE, MAX_NAME, Entity, Predicate, Triple
from streams.news.entity_mentions import named_entity
from streams.news.evidence import NO_SPAN, ArticleEvidence
from streams.news.values import FoundValues, values_of

MODEL = "attributes"
"""The rules' name as the evidence's model."""

VERSION = "1"
"""The rules' version."""

AUTHOR = Predicate(id="P50", name="author")
PLACE = Predicate(id="P1071", name="location of creation")

_TOP = 4000
"""Characters of a body in which its dateline lies, with the tags and bylines before it."""

CONFIDENCE = 0.95
"""Confidence of what a byline or dateline states outright."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """An article's attributes.

    Attributes:
        values: The dates and quantities of each field.
        place: Where the article is from, or else where its events take place; "" if it does not clearly say.
        triples: Author and dateline, as triples about the article.
    """

    values: FoundValues
    place: str
    triples: list[Triple]


def attributes_of(extraction: TextExtraction, evidence: ArticleEvidence) -> Attributes:
    """Returns an article's attributes.

    Args:
        extraction: What the model found in the article.
        evidence: Makes the evidence of this revision of the article.
    """
    article = evidence.article
    place, named = _place(article.body, extraction)
    names = [(AUTHOR, name) for name in authors(article.author)] + ([(PLACE, named)] if named else [])
    distinct: dict[str, Triple] = {}
    for predicate, name in names:
        if len(canonical_name(name.name)) > LONGEST_NAME:
            continue  # unifying its characters made it grow
        triple = _triple(evidence, predicate, name)
        distinct.setdefault(triple.fact, triple)
    return Attributes(values_of(article, extraction.language), place, list(distinct.values()))


def _place(body: str, extraction: TextExtraction) -> tuple[str, FoundName | None]:
    """Returns the article's place, "" if that is unclear, and the place's name in the dateline if there is one.

    Without a dateline it is the only location the article mentions, if the headline or first sentence mentions it.
    """
    locations = [mention for mention in extraction.mentions if mention.type == "location"]
    # Tags and a byline may precede it.
    top = without_asides(without_markup(body[:_TOP]))
    named = dateline(top, {mention.text for mention in locations if mention.field == "body"})
    if named:
        return canonical_name(named.name), named
    names = {mention.name for mention in locations}
    first = body.find(". ") if ". " in body else len(body)
    prominent = any(mention.field == "headline" or mention.span.start < first for mention in locations)
    return (names.pop() if len(names) == 1 and prominent else ""), None


def _triple(evidence: ArticleEvidence, predicate: Predicate, named: FoundName) -> Triple:
    article = evidence.article
    field: Literal["author", "body"] = "author" if predicate == AUTHOR else "body"
    where = Span(named.start, named.end)
    sentence = Span(0, len(article.author)) if field == "author" else where
    about = Entity(id=article.id, name=(article.headline or article.id)[:MAX_NAME], type=ARTICLE_TYPE)
    target = named_entity(canonical_name(named.name) or named.name, named.type)
    cited = evidence.of(field, sentence, NO_SPAN, where, model=MODEL, version=VERSION)
    return Triple.of(about, predicate, target, CONFIDENCE, cited, kind="attribute")
