"""Offices are no names: "Deputy Prime Minister" before a person names nobody by itself.

Wikipedia links "U.S. President" to the page of the office, so a model that learns from links takes both words for one
name. Here only the country in such a link is one.
"""

import re
from collections.abc import Iterator

from inference.training.text.sources.gazetteer import ABBREVIATED, Gazetteer
from inference.training.text.sources.passages import Mark, Passage, types

_FIELDS = (
    "Agriculture|Culture|Defen[cs]e|Economy|Education|Energy|Environment|Finance|Foreign|Health|Home|Housing|Information"
    "|Interior|Internal Security|Justice|Labou?r|National Security|Planning|Prime|Security|State|Trade|Transport"
    "|Transportation|Treasury"
)
_OFFICE = re.compile(
    r"(?<![\w-])(?:(?:Acting|Assistant|Deputy|Interim|Vice) )*"
    rf"(?:(?:(?:{_FIELDS}) )+(?:Minister|Secretary)|Secretary of (?:State|Defense|the Treasury)|Secretary[- ]General"
    r"|Minister of (?:Foreign Affairs|Defen[cs]e|Finance|Justice|Health|the Interior)"
    r"|Vice[- ]President|President(?:-elect)?|Chancellor|Chief Justice|Attorney General|Supreme Leader|Crown Prince"
    r"|Governor|Mayor|Senator|Speaker|Minister|Police Chief|Chief of Staff|Opposition Leader)s?(?![\w-])"
)


def is_office(text: str) -> bool:
    """Returns whether a text is an office and nothing else."""
    return _OFFICE.fullmatch(text) is not None


def bare_offices(passage: Passage) -> Iterator[tuple[int, int]]:
    """Yields the offices outside every mark of a passage, as characters."""
    for found in _OFFICE.finditer(passage.text):
        if not any(mark.start < found.end() and found.start() < mark.end for mark in passage.marks):
            yield found.span()


def country_of_office(text: str, start: int, end: int, gazetteer: Gazetteer) -> Mark | None:
    """Returns the country or nationality that a span of country and office names: "U.S." in "U.S. President".

    Args:
        text: The passage's text.
        start: First character of the span.
        end: One past its last character.
        gazetteer: Names of countries and nationalities.
    """
    office = _OFFICE.search(text, start, end)
    if office is None or office.end() != end:
        return None
    name = text[start : office.start()].rstrip()
    bare = name.removesuffix("'s")
    if bare in gazetteer.demonyms:
        return Mark(start, start + len(bare), types(("misc",)))
    if bare in gazetteer.countries or bare in ABBREVIATED:
        return Mark(start, start + len(bare), types(("location",)))
    return None
