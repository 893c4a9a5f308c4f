"""The fields of an article as a model reads them: each character where it was sent, and only what is text."""

import re
from collections.abc import Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from inference.text.budget import charge
from inference.text.cleaning.asides import without_asides
from inference.text.cleaning.capitals import recased
from inference.text.cleaning.markup import without_markup
from inference.text.language.sentences import split_sentences
from inference.text.names.datelines import datelines

MOST_DATELINES = 40
"""Most datelines of an article that are read by themselves: each costs the model a window."""

_LONG_CAPITALS = re.compile(r"[^\W\d_]{2,}")

_CELL_END = re.compile(r"(?<=[\w)%.])\t(?=[\t ]*\S)")


class Reading(NamedTuple):
    """A field as a model reads it.

    Attributes:
        text: The field without what is no text; as long as the field, so that an offset into it is an offset into what
            was sent.
        sentences: Its sentences as (start, end).
        punctuated: The text with a full stop after each sentence that ends with its line and a comma between cells: the
            model sees neither line breaks nor tabs.
        breaks: Where what goes before and what follows must not be read together.
        places: The places of datelines, as (start, end).
    """

    text: str
    sentences: list[tuple[int, int]]
    punctuated: str
    breaks: tuple[int, ...] = ()
    places: frozenset[tuple[int, int]] = frozenset()


def as_read(headline: str, body: str) -> list[Reading]:
    """Returns headline and body of an English article, without markup and asides, with a sentence's capitals.

    A dateline is to be read by itself: the place of writing is nobody's seat.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    charge(4 * (len(headline) + len(body)), "cleaning the text")
    cleaned = [without_asides(without_markup(headline), lines=False), without_asides(without_markup(body))]
    title, story = recased(cleaned)
    placed = [*islice(datelines(story), MOST_DATELINES)]
    breaks = tuple(place for start, _, end in placed for place in (start, end))
    places = [(start, end) for start, end, _ in placed]
    read = _reading(_in_small_letters(story, places))
    return [_reading(title), read._replace(breaks=breaks, places=frozenset(places))]


def plain(headline: str, body: str) -> list[Reading]:
    """Returns headline and body without markup, for languages whose asides and capitals are not known.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    charge(2 * (len(headline) + len(body)), "cleaning the text")
    texts = (without_markup(headline), without_markup(body))
    return [Reading(text, split_sentences(text), text) for text in texts]


def _reading(text: str) -> Reading:
    sentences = split_sentences(text)
    return Reading(text, sentences, _CELL_END.sub(",", _punctuated(text, sentences)))


def _in_small_letters(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Returns a text in which words in capitals, within some spans, keep only the first."""
    parts: list[str] = []
    done = 0
    for start, end in spans:
        parts += (text[done:start], _LONG_CAPITALS.sub(_small, text[start:end]))
        done = end
    return "".join((*parts, text[done:])) if parts else text


def _small(match: re.Match[str]) -> str:
    word = match.group()
    small = word.capitalize()
    return small if word.isupper() and len(small) == len(word) else word


def _punctuated(text: str, sentences: Sequence[tuple[int, int]]) -> str:
    """Returns a text with a full stop in the gap after each sentence that lacks one and ends with its line.

    Without it, "CEO: Ann Lee" in one line and "Acme: founder" in the next are one name to the model.
    """
    parts: list[str] = []
    done = 0
    for (_, end), (start, _) in pairwise(sentences):
        if (text[end - 1].isalnum() or text[end - 1] in ")%") and "\n" in text[end:start]:
            parts += (text[done:end], ".")
            done = end + 1
    return "".join((*parts, text[done:])) if parts else text
