"""Who a picture shows, if its caption leaves no doubt: "Foreign Minister Ada Berg speaks at the harbour".

A caption names people for many reasons: they are shown, took the picture, are honoured by a statue, or talk to
somebody. Two forms count: the caption opens with one name and names nobody else, or it says of everybody whom it names
where they are (`inference.text.names.places_in_picture`). Any other caption yields nothing, nor does one in a script
without capitals.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from inference.text.language.stopwords import STOP_WORDS, TITLES
from inference.text.names.countries import DEMONYMS
from inference.text.names.places_in_picture import PLACE_WORDS, in_order
from inference.text.names.roles import ROLES
from inference.text.types import Span


def _any(words: Collection[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


_PORTRAIT = r"(?:(?:an? |the )?(?:[a-z]+ )?(?:photo|photograph|picture|portrait|headshot) (?:of|for) )?"
_OFFICE = rf"(?:(?:{_any(TITLES)})\.? )*"
_OF = r"(?:(?:of|for) (?:the )?(?-i:(?:[A-Z][\w.'’-]+ )+))?"  # noqa: RUF001 - as it is printed
_CREDITED = {"photographer", "illustrator", "cartoonist", "reporter", "journalist", "printmaker", "author", "writer"}
"""Roles of those who made the picture or the text."""

_ROLE = _any({*ROLES, *TITLES} - _CREDITED)
_WHAT = rf"(?:(?:the|an?|our|(?-i:[A-Z])[\w.&-]*['’]s?) (?:[a-z'’-]+ ){{0,3}}(?:{_ROLE}),? )?"  # noqa: RUF001
_BEFORE = re.compile(rf"{_PORTRAIT}{_WHAT}(?:the )?(?:(?:{_any(DEMONYMS)}|U\.?S\.?) )?{_OFFICE}{_OF}", re.IGNORECASE)
"""What may precede the name: "a photo of", "NASA's chief historian,", "former French Prime Minister"."""

_AFTER = re.compile(r"\s*(?:['’]s?\b|[,;]?\s*(?:and|with|or|by|&|/|\+)(?:\W|$)|[/|&+])", re.IGNORECASE)  # noqa: RUF001
"""What must not follow it: somebody else, or something that belongs to the person."""

_NOT_PEOPLE = re.compile(
    r"\b(?:screen ?shots?|logo|chart|graph|map|diagram|infographic|illustration|drawing|cartoon|sketch|poster|statue|"
    r"bust|mural|effigy|mask|graffiti|tweet|cover|slide|supporters?|fans?|protesters?|mourners?)\b",
    re.IGNORECASE,
)
"""Words for pictures that show no face, or other people's faces."""

_CAPITALISED = re.compile(r"(?<![\w'’])[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*)*")  # noqa: RUF001
_SENTENCE = re.compile(r"(?:^|[.!?]['\"”]?\s+)$")
_WHERE = re.compile(r"\b(?:at|in|on|for|of|from|during|near|inside|outside)(?: the| a| an)? $")
"""Words that precede the name of a place, body or thing, but rarely of a person in the picture."""

LONGEST_CAPTION = 1000
"""Characters of the longest caption that is understood: a longer one is an article."""

_WITHOUT_CAPITALS = 0x2E80
"""First code point of scripts without capitals, in which an unknown name would go unnoticed."""


@dataclass(frozen=True, slots=True)
class Named:
    """A person who is in the picture, by its caption.

    Attributes:
        person: Key of the person.
        where: The mention in the caption.
        place: Which of the people in the picture, from the left, 0 for the first.
    """

    person: str
    where: Span
    place: int = 0


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody in a picture, as its caption has it.

    Attributes:
        count: How many people the picture must show for the caption to be understood.
        named: Those of them who are named.
    """

    count: int
    named: tuple[Named, ...]


def cast(caption: str, people: Mapping[str, Collection[str]], others: Collection[str] = ()) -> Cast | None:
    """Returns whom a caption says to be in the picture; None if there is any doubt.

    Args:
        caption: The caption.
        people: The names of each known person, full and short.
        others: The names of all other known entities.
    """
    if len(caption) > LONGEST_CAPTION or any(ord(c) >= _WITHOUT_CAPITALS for c in caption):
        return None
    if _NOT_PEOPLE.search(caption):
        return None
    found = _found(caption, people)
    known = [span for span, _ in found] + [span for name in others for span in places(name, caption)]
    if not found or any(_may_be_somebody(caption, m) for m in _unknown(caption, found[0][0].end, known)):
        return None
    persons = [person for _, person in found]
    if PLACE_WORDS.search(caption):
        return _placed(caption, found)
    first, person = found[0]
    if len(set(persons)) > 1 or not _BEFORE.fullmatch(caption[: first.start]) or _AFTER.match(caption, first.end):
        return None
    return Cast(1, (Named(person, first),))


def _placed(caption: str, found: Sequence[tuple[Span, str]]) -> Cast | None:
    """Returns the people of a caption that says where each of them is."""
    persons = [person for _, person in found]
    if len(set(persons)) < len(persons):
        return None
    read = in_order(caption, [span for span, _ in found], lambda before: bool(_BEFORE.fullmatch(before)))
    if read is None:
        return None
    count, order = read
    return Cast(count, tuple(Named(person, span, place) for (span, person), place in zip(found, order, strict=True)))


def _found(caption: str, people: Mapping[str, Collection[str]]) -> list[tuple[Span, str]]:
    """Returns the mentions of people in reading order."""
    # Longest first: "Berg" within "Ada Berg" is no second person.
    names = sorted(
        {(name, person) for person, called in people.items() for name in called if name}, key=lambda n: (-len(n[0]), n)
    )
    found: list[tuple[Span, str]] = []
    for name, person in names:
        found += [(span, person) for span in places(name, caption) if not any(_meet(span, s) for s, _ in found)]
    return sorted(found, key=lambda each: each[0].start)


def _unknown(caption: str, start: int, known: Collection[Span]) -> Iterator[re.Match[str]]:
    """Yields the capitalised words after a place of the caption that are no known name."""
    return (m for m in _CAPITALISED.finditer(caption, start) if not _covered(m, known))


def places(name: str, text: str) -> Iterator[Span]:
    """Yields each occurrence of a name in a text, as whole words."""
    if name not in text:
        return
    for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
        yield Span(match.start(), match.end())


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _covered(match: re.Match[str], known: Collection[Span]) -> bool:
    """Returns whether capitalised words are a known name, or one with titles before it."""
    for span in known:
        titled = match.start() < span.start and set(match.string[match.start() : span.start].lower().split()) <= TITLES
        if match.end() <= span.end and (span.start <= match.start() or titled):
            return True
    return False


def _may_be_somebody(caption: str, match: re.Match[str]) -> bool:
    before = caption[: match.start()]
    if _SENTENCE.search(before):
        first, _, more = match[0].partition(" ")
        return bool(more) or first.lower().split("'")[0].split("’")[0] not in STOP_WORDS  # noqa: RUF001
    return not _WHERE.search(before)
