"""A sentence with one sign for each name, so that a wording is one pattern, whatever the names are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inference.text.cleaning.capitals import untitled

PERSON, ORGANIZATION, LOCATION, WORK, PRODUCT, DATE, QUANTITY, OTHER = map(chr, range(0xE010, 0xE018))
"""The signs. They are from the private use area, so no text has them by accident."""

ANY = f"[{PERSON}-{OTHER}]"

_BY_TYPE = {
    "person": PERSON,
    "organization": ORGANIZATION,
    "location": LOCATION,
    "work": WORK,
    "product": PRODUCT,
    "date": DATE,
    "quantity": QUANTITY,
}
_SPACES = re.compile(r"\s+(?=[,;.!?)])|(\s)\s*")
_UNSEEN = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff\ue000-\uf8ff]")
_ODD = re.compile("[^\\S ]| (?=[\\s,;.!?)])|[’‘“”«»\u00ad\u200b\u200c\u200d\u2060\ufeff\ue000-\uf8ff]")  # noqa: RUF001
"""What most texts are without: all that is not written as it is read."""

_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"'})  # noqa: RUF001
_POSSESSIVE = ("'s", "’s")  # noqa: RUF001


@dataclass(frozen=True, slots=True)
class Name:
    """A name within a sentence.

    Attributes:
        start: Its first character.
        end: One past its last.
        type: Its entity type; offices are words and not names.
        text: Its canonical name, which tells whether an apostrophe at its end is its own.
    """

    start: int
    end: int
    type: str
    text: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A sentence with signs.

    Attributes:
        text: The sentence: white space is one space, apostrophes and quotation marks are plain ones.
        names: Which name each sign stands for, by its place in `text`.
    """

    text: str
    names: dict[int, int]

    def items(self, start: int, end: int, sign: str) -> list[int]:
        """Returns the names of one kind between two places."""
        return [self.names[place] for place in range(start, end) if self.text[place] in sign and place in self.names]


def with_signs(text: str, names: Sequence[Name]) -> Signed:
    """Returns a sentence with a sign for each name.

    Args:
        text: The sentence.
        names: Its names, in reading order. One that overlaps the one before it stays as it is written.
    """
    text = untitled(text)
    parts: list[str] = []
    places: dict[int, int] = {}
    size = done = 0
    last: Name | None = None
    for number, name in enumerate(names):
        if name.start < done:
            continue
        between = _after(last, _plain(text[done : name.start]))
        places[size + len(between)] = number
        own = text[name.start : name.end].endswith(_POSSESSIVE) and not name.text.endswith("'s")
        sign = _BY_TYPE.get(name.type, OTHER) + ("'s" if own else "")
        parts += (between, sign)
        size += len(between) + len(sign)
        done, last = name.end, name
    return Signed("".join((*parts, _after(last, _plain(text[done:])))), places)


def _after(name: Name | None, words: str) -> str:
    """Returns the words after a name, with the s that a possessive of a name in s does not write."""
    return f"'s{words[1:]}" if name and name.text.endswith("s") and words.startswith("' ") else words


def _plain(text: str) -> str:
    if not _ODD.search(text):
        return text
    return _SPACES.sub(lambda match: " " if match[1] else "", _UNSEEN.sub("", text).translate(_PLAIN))


def some(sign: str) -> str:
    """Returns the pattern of one name or a list of names of a kind: "A", "A and B", "A, B and C"."""
    return rf"{sign}(?:(?:, and|,| and| &) {sign}){{0,7}}"
