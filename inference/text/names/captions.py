"""Who a picture shows, if its caption leaves no doubt: "Foreign Minister Ada Berg speaks at the harbour".

A caption names people for many reasons: they are shown, took the picture, are honoured by a statue, or talk to
somebody. Only one form counts: the caption opens with the name and names nobody else. Any other caption yields nothing,
nor does one in a script without capitals.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from inference.text.language.stopwords import STOP_WORDS, TITLES
from inference.text.names.countries import DEMONYMS
from inference.text.types import Span


def _any(words: Collection[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


_PORTRAIT = r"(?:(?:an? |the )?(?:[a-z]+ )?(?:photo|photograph|picture|portrait|headshot) (?:of|for) )?"
_OFFICE = rf"(?:(?:{_any(TITLES)})\.? )*"
_OF = r"(?:(?:of|for) (?:the )?(?-i:(?:[A-Z][\w.'’-]+ )+))?"  # noqa: RUF001 - as it is printed
_BEFORE = re.compile(rf"{_PORTRAIT}(?:the )?(?:(?:{_any(DEMONYMS)}|U\.?S\.?) )?{_OFFICE}{_OF}", re.IGNORECASE)
"""What may precede the name: "a photo of", "former French Prime Minister", "Secretary of State for Health"."""

_AFTER = re.compile(r"\s*(?:['’]s?\b|[,;]?\s*(?:and|with|or|by|&|/|\+)(?:\W|$)|[/|&+])", re.IGNORECASE)  # noqa: RUF001
"""What must not follow it: somebody else, or something that belongs to the person."""

_PLACES = re.compile(
    r"\b(?:left|right|cent(?:er|re)|front|row|back|middle|clockwise|second|third|l-r|pictured with|others?)\b",
    re.IGNORECASE,
)
"""Words that distinguish several people in a picture."""

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


def shown(caption: str, people: Mapping[str, Collection[str]], others: Collection[str] = ()) -> tuple[str, Span] | None:
    """Returns who a caption says is shown, and where it names them; None if there is any doubt.

    Args:
        caption: The caption.
        people: The names of each known person, full and short.
        others: The names of all other known entities.
    """
    if len(caption) > LONGEST_CAPTION:
        return None
    if any(ord(c) >= _WITHOUT_CAPITALS for c in caption) or _PLACES.search(caption) or _NOT_PEOPLE.search(caption):
        return None
    # Longest first: "Berg" within "Ada Berg" is no second person.
    names = sorted(
        {(name, person) for person, called in people.items() for name in called if name}, key=lambda n: (-len(n[0]), n)
    )
    found: list[tuple[Span, str]] = []
    for name, person in names:
        found += [(span, person) for span in places(name, caption) if not any(_meet(span, s) for s, _ in found)]
    if len({person for _, person in found}) != 1:
        return None
    where, person = min(found, key=lambda each: each[0].start)
    if not _BEFORE.fullmatch(caption[: where.start]) or _AFTER.match(caption, where.end):
        return None
    known = [span for span, _ in found] + [span for name in others for span in places(name, caption)]
    rest = [m for m in _CAPITALISED.finditer(caption, where.end) if not _covered(m, known)]
    return None if any(_may_be_somebody(caption, m) for m in rest) else (person, where)


def places(name: str, text: str) -> Iterator[Span]:
    """Yields each occurrence of a name in a text, as whole words."""
    if name not in text:
        return
    for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
        yield Span(match.start(), match.end())


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _covered(match: re.Match[str], known: Collection[Span]) -> bool:
    return any(span.start <= match.start() and match.end() <= span.end for span in known)


def _may_be_somebody(caption: str, match: re.Match[str]) -> bool:
    before = caption[: match.start()]
    if _SENTENCE.search(before):
        first, _, more = match[0].partition(" ")
        return bool(more) or first.lower().split("'")[0].split("’")[0] not in STOP_WORDS  # noqa: RUF001
    return not _WHERE.search(before)
