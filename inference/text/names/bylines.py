"""Who wrote an article, from its byline; nobody if that is unclear."""

import re
from typing import Literal, NamedTuple

AGENCIES = {
    "ap": "Associated Press",
    "associated press": "Associated Press",
    "the associated press": "Associated Press",
    "reuters": "Reuters",
    "afp": "Agence France-Presse",
    "agence france-presse": "Agence France-Presse",
    "dpa": "Deutsche Presse-Agentur",
    "xinhua": "Xinhua",
    "upi": "United Press International",
    "efe": "EFE",
    "ansa": "ANSA",
    "kyodo": "Kyodo News",
    "kyodo news": "Kyodo News",
    "yonhap": "Yonhap",
    "tass": "TASS",
    "anadolu": "Anadolu Agency",
    "anadolu agency": "Anadolu Agency",
    "bloomberg": "Bloomberg News",
    "bloomberg news": "Bloomberg News",
    "press trust of india": "Press Trust of India",
    "pti": "Press Trust of India",
}
"""News agencies, by their names in bylines and datelines."""

_NO_PERSON = frozenset(
    """
    staff news agency press desk team editor editors editorial correspondent correspondents reporter reporters writer
    writers service services bureau network online magazine times post journal guest admin newsroom wire office media
    board contributor contributors special political business sports world foreign health science technology
    """.split()  # noqa: SIM905 - read as prose
)
_BY = re.compile(r"\s*(?:(?:written|reported|posted|story)\s+)?by:?\s+", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*(?:,|;|\||&|/|\band\b|\bwith\b)\s*", re.IGNORECASE)
_PLACED = re.compile(r"\s+in\s+[A-Z].*$")
_PERSON = re.compile(
    r"[^\W\d_]['\u2019\w.-]*\.?(?:\s(?:[^\W\d_]['\u2019\w.-]*\.?|de|la|van|von|der|bin|al|el|da|dos|del|di)){1,4}"
)
_LONGEST = 60


class FoundName(NamedTuple):
    """A name found in a byline or dateline.

    Attributes:
        start: First character in the field.
        end: One past the last.
        name: The full name of who or what it refers to.
        type: The entity's type.
    """

    start: int
    end: int
    name: str
    type: Literal["person", "organization", "location"]


def authors(byline: str) -> list[FoundName]:
    """Returns the people and agencies in a byline, without desks and functions ("Staff")."""
    found: list[FoundName] = []
    place = match.end() if (match := _BY.match(byline)) else 0
    while place < len(byline):
        separator = _SEPARATOR.search(byline, place)
        end = separator.start() if separator else len(byline)
        part = byline[place:end]
        named = _author(part)
        if named:
            start = place + len(part) - len(part.lstrip())
            found.append(FoundName(start, start + len(_PLACED.sub("", part.strip())), *named))
        place = separator.end() if separator else end
    return found


def _author(part: str) -> tuple[str, Literal["person", "organization"]] | None:
    text = _PLACED.sub("", part).strip(" .")
    if agency := AGENCIES.get(text.lower()):
        return agency, "organization"
    words = text.split()
    if len(text) > _LONGEST or not _PERSON.fullmatch(text) or any(w.lower().strip(".") in _NO_PERSON for w in words):
        return None
    # Some wires print the whole byline in capitals, so only the first letters are checked.
    return (text, "person") if words[0][0].isupper() and words[-1][0].isupper() else None
