"""From the model's spans to the named, typed mentions of one article."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from inference.text.budget import at_most, charge
from inference.text.geography.namesakes import meant
from inference.text.geography.regions import ABBREVIATIONS
from inference.text.names.apostrophes import has_apostrophe, owns_apostrophe
from inference.text.names.canonical import LONGEST_NAME, canonical_name, vote_types
from inference.text.names.companies import full_companies
from inference.text.names.countries import DEMONYMS
from inference.text.names.descriptions import is_organization
from inference.text.names.institutions import NamedSpan, owners
from inference.text.names.offices import office_name
from inference.text.names.people import with_generation, with_initials
from inference.text.names.places import regions
from inference.text.names.short_names import abbreviations, full_names, named_so_far, opens_bracket, without_title
from inference.text.types import Field, Span, TextMention

LONGEST_SURFACE = 2 * LONGEST_NAME
"""Longest mention as written, in characters; what a name's mention has more is white space and signs. It is checked
before the name is normalised: one character may grow to eighteen."""

MOST_MENTIONS = 20_000
"""Most mentions in one article: a document of so many still fits into a message. The articles of our feeds have a few
hundred."""

_DOUBTFUL = frozenset({"person", "product", "misc", "location"})
"""Types of names that the words before them may make organizations."""

_TITLE = re.compile(r"\W*The\s")
_COMMON_NOUN = re.compile(r"(?<=\w) (?:rebels?|militants?|fighters?|insurgents?|rebel forces|rebel group|gunmen)$")
_PRONOUNS = (
    *("i", "it", "its", "he", "his", "him", "she", "her", "they", "their", "them", "we", "our", "us"),
    *("this", "that", "these", "those", "there", "who"),
)
_NEVER_NAMES = frozenset(form for word in _PRONOUNS for form in (word, word.capitalize()))
"""Words that name nothing. A film or band may be called so, but then it stands in quotation marks."""
_ONLY_INITIALS = re.compile(r"(?:[A-Z]\. ?-?){1,4}")
_QUOTES = ('"', "“", "'", "\u2018", "«", "„")
_NO_LOCATION = NamedSpan("", 0, 0, "")
_NO_SPAN = Span(0, 0)

_canonical = lru_cache(maxsize=1 << 15)(canonical_name)
"""Only for short texts: a cache of long ones would have no bound in bytes."""


class RawMention(NamedTuple):
    """A span as the model reports it.

    Attributes:
        field: The field it is in.
        span: Its characters there.
        text: The text of the whole field.
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

    All mentions of a name in an article are of one type. A surname, a name with a title or an abbreviation gets
    the full name that the article gives, if there is only one. An institution gets its country added, a town its
    region. A work keeps its "The".

    Raises:
        TooCostlyError: There are more than `MOST_MENTIONS`, or the item's budget is spent.
    """
    surfaces = surfaces_of(raw)
    names = _with_apostrophes(raw, surfaces, [_name(*pair) for pair in zip(raw, surfaces, strict=True)])
    types = vote_types(names, [mention.type for mention in raw], [mention.score for mention in raw])
    types |= {
        name: "organization"
        for name, mention in zip(names, raw, strict=True)
        if types[name] in _DOUBTFUL and is_organization(mention.text, mention.span.start, mention.span.end)
    }
    texts: dict[str, str] = {mention.field: mention.text for mention in raw}
    places = [NamedSpan(m.field, m.span.start, m.span.end, name) for m, name in zip(raw, names, strict=True)]
    chosen = full_names(sorted(name for name, type_ in types.items() if type_ == "person"))
    chosen |= full_companies(name for name, type_ in types.items() if type_ == "organization")
    chosen |= abbreviations(types, _bracketed(places, texts))
    # "The Brutalist" is a film's whole title, while the newspapers' "The White House" only begins a sentence.
    chosen |= {
        name: f"The {name}"
        for surface, name in zip(surfaces, names, strict=True)
        if types[name] == "work" and _TITLE.match(surface)
    }
    # An office bears the bare title; whose it is, is a fact of its own.
    owned = owners([_NO_LOCATION if types[place.name] == "office" else place for place in places], texts)
    so_far = _so_far(places, types, chosen)
    located = [place if types[place.name] == "location" else _NO_LOCATION for place in places]
    chosen |= {
        name: ABBREVIATIONS[name] for name, type_ in types.items() if type_ == "location" and name in ABBREVIATIONS
    }
    about = [chosen.get(name, name) for name, type_ in types.items() if type_ == "location" or name in DEMONYMS]
    chosen |= meant(about, [place for place in located if place.name], texts)
    chosen |= _agreed(names, regions(located, texts))
    mentions: list[TextMention | None] = []
    for mention, surface, name, with_owner, by_then in zip(raw, surfaces, names, owned, so_far, strict=True):
        if not name:
            mentions.append(None)
            continue
        full = with_owner or chosen.get(name) or by_then or name
        type_ = types.get(full, types[name])
        mentions.append(TextMention(mention.field, mention.span, surface, type_, full, mention.score, name))
    return mentions


def surfaces_of(raw: Sequence[RawMention]) -> list[str]:
    """Returns the text of each mention; "" of one that is too long for a name.

    Raises:
        TooCostlyError: There are more than `MOST_MENTIONS`, or the item's budget is spent.
    """
    at_most(len(raw), MOST_MENTIONS, "names in one article")
    spans = [mention.span if mention.span.end - mention.span.start <= LONGEST_SURFACE else _NO_SPAN for mention in raw]
    charge(20 * len(raw) + sum(span.end - span.start for span in spans), "naming the mentions")
    return [mention.text[span.start : span.end] for mention, span in zip(raw, spans, strict=True)]


def _name(mention: RawMention, surface: str) -> str:
    start = mention.span.start
    if surface in _NEVER_NAMES and mention.text[max(0, start - 1) : start] not in _QUOTES:
        return ""
    if mention.type == "quantity" and _ONLY_INITIALS.fullmatch(surface):
        return ""  # of the name that follows
    name = _canonical(surface)
    if len(name) > LONGEST_NAME:
        return ""
    if mention.type == "office":
        return office_name(name)
    if mention.type != "person":
        return _common(name)
    name = with_initials(without_title(name), mention.text, start)
    return with_generation(name, mention.text, mention.span.end)


def _with_apostrophes(raw: Sequence[RawMention], surfaces: Sequence[str], names: Sequence[str]) -> list[str]:
    """Returns the names with the apostrophes of their own.

    What one mention shows holds for the article: after "Marlow's said", "Marlow's owner" is the owner of Marlow's.
    """
    owning = {
        (name, mention.type)
        for mention, surface, name in zip(raw, surfaces, names, strict=True)
        if name and mention.type != "person" and owns_apostrophe(surface, mention.type, mention.text, mention.span.end)
    }
    return [
        f"{name}'s" if (name, mention.type) in owning and has_apostrophe(surface) else name
        for mention, surface, name in zip(raw, surfaces, names, strict=True)
    ]


def _common(name: str) -> str:
    """Returns a name without the common noun after it: "M23" for "M23 rebels"."""
    return _COMMON_NOUN.sub("", name, count=1)


def _bracketed(places: Sequence[NamedSpan], texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Returns pairs of names where the second is in brackets right after the first."""
    order = sorted(places, key=lambda place: (place.field, place.start))
    return [
        (one.name, other.name)
        for one, other in pairwise(order)
        if one.field == other.field and opens_bracket(texts[one.field], one.end, other.start)
    ]


def _so_far(places: Sequence[NamedSpan], types: Mapping[str, str], chosen: Mapping[str, str]) -> list[str]:
    """Returns for each mention the person that only the place of its surname in the text tells, else ""."""
    order = sorted(range(len(places)), key=lambda i: (places[i].field != "headline", places[i].start))
    names = [places[i].name for i in order]
    people = [chosen.get(name, name) if types[name] == "person" else "" for name in names]
    found = [""] * len(places)
    for i, full in zip(order, named_so_far(people), strict=True):
        found[i] = full
    return found


def _agreed(names: Sequence[str], fuller: Sequence[str]) -> dict[str, str]:
    """Returns the fuller form of each name that has only one in the article."""
    forms: dict[str, set[str]] = {}
    for name, full in zip(names, fuller, strict=True):
        if full:
            forms.setdefault(name, set()).add(full)
    return {name: full.pop() for name, full in forms.items() if len(full) == 1}
