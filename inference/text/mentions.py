"""From the model's spans to named, typed mentions of one article."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from inference.text.names import canonical_name, full_names, vote_types
from inference.text.types import Field, Span, TextMention

MAX_NAME = 256
"""A longer "name" is a broken text."""

_TITLE = re.compile(r"\W*The\s")

_canonical = lru_cache(maxsize=1 << 15)(canonical_name)


class RawMention(NamedTuple):
    """A span as the model reports it.

    Attributes:
        field: The field it stands in.
        span: Its characters there.
        text: The whole field.
        type: The model's entity type.
        score: The model's confidence.
    """

    field: Field
    span: Span
    text: str
    type: str
    score: float


def name_mentions(raw: Sequence[RawMention]) -> list[TextMention | None]:
    """Returns each mention with its canonical name and its type within the article; None where no name is left.

    All mentions of a name in an article are of one type, and a bare surname is the person whose full name the article
    gives, if there is just one. A work keeps its article.
    """
    surfaces = [mention.text[mention.span.start : mention.span.end] for mention in raw]
    names = [_canonical(surface) for surface in surfaces]
    types = vote_types(names, [mention.type for mention in raw], [mention.score for mention in raw])
    chosen = full_names(sorted(name for name, type_ in types.items() if type_ == "person"))
    # "The Brutalist" is a film's whole title, while the newspapers' "The White House" only begins a sentence.
    chosen |= {
        name: f"The {name}"
        for surface, name in zip(surfaces, names, strict=True)
        if types[name] == "work" and _TITLE.match(surface)
    }
    return [
        TextMention(mention.field, mention.span, surface, types[name], chosen.get(name, name), mention.score)
        if 0 < len(name) <= MAX_NAME
        else None
        for mention, surface, name in zip(raw, surfaces, names, strict=True)
    ]
