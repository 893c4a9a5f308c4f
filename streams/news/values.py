"""The dates and quantities that an article states, normalised."""

from bisect import bisect_left
from itertools import islice
from operator import attrgetter
from typing import Literal, cast

from inference.text.cleaning.markup import without_markup
from inference.text.language.detect import primary_subtag
from inference.text.types import Field, TextMention
from inference.text.values.dates import find_dates
from inference.text.values.found import FoundValue, without_overlaps
from inference.text.values.quantities import find_quantities
from inference.text_extraction_zh import dates as zh_dates
from streams.messages.events import Article, Literal_, TextSpan, Value

DATE_FINDERS = {"en": find_dates, "zh": zh_dates.find_dates}
"""What finds dates, by language. Quantities are found in English only."""

MOST_VALUES = 5000
"""Most dates and quantities that a document lists. The articles of our feeds have a few hundred at most."""

FoundValues = dict[Field, list[FoundValue]]


def values_of(article: Article, language: str) -> FoundValues:
    """Returns the dates and quantities of each field. "Monday" is resolved from the day of publication.

    Args:
        article: The article.
        language: Its language, BCP 47.
    """
    primary = primary_subtag(language)
    found: FoundValues = {}
    if primary not in DATE_FINDERS:
        return found
    anchor = article.published_at.date() if article.published_at else None
    fields: tuple[tuple[Field, str], ...] = (("headline", article.headline), ("body", article.body))
    for field, sent in fields:
        text = without_markup(sent)  # a picture's width is no quantity
        dates = DATE_FINDERS[primary](text, anchor)
        # "Two weeks ago" is a date and not a quantity.
        found[field] = without_overlaps([*dates, *(find_quantities(text) if primary == "en" else ())])
    return found


def listed(article: Article, values: FoundValues) -> tuple[Value, ...]:
    """Returns values as the document lists them, headline first, `MOST_VALUES` at most."""
    texts = {"headline": article.headline, "body": article.body}
    return tuple(
        Value(
            field=field,
            where=TextSpan.of(texts[field], v.start, v.end),
            value=value_literal(v),
            qualifier=cast("Literal['', 'about', 'at least', 'at most']", v.qualifier),
        )
        for field, v in islice(((field, v) for field, found in values.items() for v in found), MOST_VALUES)
    )


def literal(mention: TextMention, values: FoundValues) -> Literal_:
    """Returns what a mentioned date or quantity means; the mention's own text where that is not certain."""
    span = mention.span
    found = values.get(mention.field, [])
    # Values are in order and do not overlap, so those of many mentions are found without looking at all of them.
    last = bisect_left(found, span.end, key=attrgetter("start"))
    first = bisect_left(found, span.start + 1, hi=last, key=attrgetter("end"))
    over = found[first:last]
    if len(over) != 1 or (over[0].datatype == "xsd:decimal") != (mention.type == "quantity"):
        return Literal_(value=mention.name)
    rest = mention.text[: max(0, over[0].start - span.start)] + mention.text[max(0, over[0].end - span.start) :]
    return Literal_(value=mention.name) if any(c.isdigit() for c in rest) else value_literal(over[0])


def value_literal(value: FoundValue) -> Literal_:
    """Returns a value as an object of a triple."""
    return Literal_(value=value.value, datatype=value.datatype, unit=value.unit)
