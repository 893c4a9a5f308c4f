"""An article's attributes: who wrote it and where, and the dates and quantities that it names.

What others name too (people, agencies, places) becomes a triple of kind `attribute` about the article itself; what is
only a value (title, source, time) stays a property of its document. See docs/decisions/0012-attributes-and-keywords.md.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, cast

from inference.text.names.bylines import Named, authors, dateline
from inference.text.names.canonical import canonical_name
from inference.text.types import Field, TextExtraction, TextMention
from inference.text.values.dates import find_dates
from inference.text.values.found import FoundValue, apart
from inference.text.values.quantities import find_quantities
from inference.text_extraction_zh import dates as zh_dates
from streams.messages.events import (
    ARTICLE_TYPE,
    MAX_NAME,
    Article,
    Entity,
    Evidence,
    Literal_,
    Predicate,
    TextSpan,
    Triple,
    Value,
)

MODEL = "attributes"
VERSION = "1"
"""Of the rules, for the evidence."""

AUTHOR = Predicate(id="P50", name="author")
PLACE = Predicate(id="P1071", name="location of creation")

SURE = 0.95
"""Confidence of what a byline or dateline says plainly."""

DATES = {"en": find_dates, "zh": zh_dates.find_dates}
"""By language what finds its dates; quantities are read in English only."""

Values = dict[Field, list[FoundValue]]


def values_of(article: Article, language: str) -> Values:
    """Returns the dates and quantities of each field; dates are reckoned from the publisher's own day.

    Args:
        article: The article.
        language: Its language, BCP 47.
    """
    spoken = language.partition("-")[0].lower()
    found: Values = {}
    if spoken not in DATES:
        return found
    anchor = article.published_at.date() if article.published_at else None
    fields: tuple[tuple[Field, str], ...] = (("headline", article.headline), ("body", article.body))
    for field, text in fields:
        dates = DATES[spoken](text, anchor)
        # "Two weeks ago" is a date and no quantity.
        found[field] = apart([*dates, *(find_quantities(text) if spoken == "en" else ())])
    return found


def listed(article: Article, values: Values) -> tuple[Value, ...]:
    """Returns values as the document lists them, headline first."""
    texts = {"headline": article.headline, "body": article.body}
    return tuple(
        Value(
            field=field,
            where=TextSpan.of(texts[field], v.start, v.end),
            value=_literal(v),
            qualifier=cast("Literal['', 'about', 'at least', 'at most']", v.qualifier),
        )
        for field, found in values.items()
        for v in found
    )


def literal(mention: TextMention, values: Values) -> Literal_:
    """Returns what a date or quantity means; where that is not certain, its own text."""
    span = mention.span
    over = [v for v in values.get(mention.field, ()) if v.start < span.end and v.end > span.start]
    if len(over) != 1 or (over[0].datatype == "xsd:decimal") != (mention.type == "quantity"):
        return Literal_(value=mention.name)
    rest = mention.text[: max(0, over[0].start - span.start)] + mention.text[max(0, over[0].end - span.start) :]
    return Literal_(value=mention.name) if any(c.isdigit() for c in rest) else _literal(over[0])


def place_of(article: Article, extraction: TextExtraction) -> tuple[str, Named | None]:
    """Returns where an article is from or else where it plays, "" where that is not plain; and its dateline's place.

    It plays where all its mentions of places say the same, if one of them stands in the headline or at the beginning.
    """
    locations = [mention for mention in extraction.mentions if mention.type == "location"]
    named = dateline(article.body, {mention.text for mention in locations if mention.field == "body"})
    if named:
        return canonical_name(named.name), named
    names = {mention.name for mention in locations}
    first = article.body.find(". ") if ". " in article.body else len(article.body)
    plain = any(mention.field == "headline" or mention.span.start < first for mention in locations)
    return (names.pop() if len(names) == 1 and plain else ""), None


def triples_of(article: Article, revision: str, place: Named | None, observed_at: datetime) -> list[Triple]:
    """Returns the triples about the article itself, evidence of this revision of it."""
    found = [_triple(article, revision, AUTHOR, named, observed_at) for named in authors(article.author)]
    if place:
        found.append(_triple(article, revision, PLACE, place, observed_at))
    return _distinct(found)


def _triple(article: Article, revision: str, predicate: Predicate, named: Named, observed_at: datetime) -> Triple:
    field: Literal["author", "body"] = "author" if predicate == AUTHOR else "body"
    text = article.author if field == "author" else article.body
    where = TextSpan.of(text, named.start, named.end)
    whole = TextSpan.of(text, 0, len(text)) if field == "author" else where
    evidence = Evidence(
        document=article.id,
        revision=revision,
        field=field,
        sentence=whole,
        subject=TextSpan.of("", 0, 0),
        object=where,
        source=article.source,
        url=article.url,
        published_at=article.published_at,
        observed_at=observed_at,
        model=MODEL,
        model_version=VERSION,
    )
    about = Entity(id=article.id, name=(article.headline or article.id)[:MAX_NAME], type=ARTICLE_TYPE)
    target = Entity.of(canonical_name(named.name) or named.name, named.type)
    return Triple.of(about, predicate, target, SURE, evidence, kind="attribute")


def _distinct(triples: Iterable[Triple]) -> list[Triple]:
    facts: dict[str, Triple] = {}
    for triple in triples:
        facts.setdefault(triple.fact, triple)
    return list(facts.values())


def _literal(value: FoundValue) -> Literal_:
    return Literal_(value=value.value, datatype=value.datatype, unit=value.unit)
