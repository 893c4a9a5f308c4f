"""The folded form of a name, in which different spellings of one name are equal. The registry compares names by it.

Folding removes only differences that do not change the meaning: case, diacritics, hyphens, articles, British and
American spelling, the legal form of a company, and the ways to state which country an institution belongs to ("Russian
Armed Forces", "Armed Forces of Russia", "Russia's armed forces").
"""

import re
import unicodedata
from functools import lru_cache

from inference.text.names.companies import without_legal_form
from inference.text.names.countries import ALIASES, DEMONYMS

_POSSESSIVE = re.compile(r"['’](?:s\b|(?=\s|$))")  # noqa: RUF001
_APART = re.compile(r"[^\w$&+]+")
_LATIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i"})  # noqa: RUF001

_SPELLINGS = (
    (re.compile(r"\bdefence"), "defense"),
    (re.compile(r"\borganis"), "organiz"),
    (re.compile(r"\bstabilis"), "stabiliz"),
    (re.compile(r"\bcentre\b"), "center"),
    (re.compile(r"\blabour\b"), "labor"),
    (re.compile(r"\bharbour\b"), "harbor"),
    (re.compile(r"\bprogramme\b"), "program"),
    (re.compile(r"\bsaint\b"), "st"),
    (re.compile(r"\bmount\b"), "mt"),
    (re.compile(r" (?:and|&) "), " & "),
)
_LEGAL = re.compile(r"(?<=\w) (?:inc|incorporated|corp|corporation|ltd|limited|llc|plc|co|company|ag|nv|spa)$")
_INITIALS = re.compile(r"\b(?:[^\W\d_] )+[^\W\d_]\b")
_FORCES = re.compile(
    r"^(.+) (?:army|military|military forces|forces|armed forces|troops?|soldiers?|military personnel|"
    r"service ?members|servicemen)$"
)
_OFFICES = re.compile(r"\b(defense|foreign|interior|finance|health|justice|energy|economy) (minister|ministry)\b")
_DEPARTMENTS = re.compile(r"\b(state|justice|defense|treasury|energy|commerce) department\b")
_SECRETARIES = re.compile(r"\b(defense|treasury|energy|commerce|transportation) secretary\b")
_MINISTRIES = re.compile(r"\b(minister|ministry) (?:of|for) (?:the )?(foreign affairs|\w+)")


LONGEST = 256
"""Characters of a name that are folded, and of its folded form: no name that anybody uses has as many."""


def _bare(text: str) -> str:
    """Returns a text in lower case, without diacritics and with single spaces between its words."""
    text = _POSSESSIVE.sub("", text.replace(".", "") if "." in text else text)
    # One character may become eighteen.
    parts = unicodedata.normalize("NFKD", text.lower())[: 2 * LONGEST].translate(_LATIN)
    return " ".join(_APART.sub(" ", "".join(c for c in parts if not unicodedata.combining(c))).split())


_COUNTRIES = {_bare(name): _bare(country) for name, country in (ALIASES | DEMONYMS).items()}
_COUNTRIES |= {country: country for country in set(_COUNTRIES.values())}
_WORDS = max(len(name.split()) for name in _COUNTRIES)
_ARTICLES = {"the", "a", "an"}


@lru_cache(maxsize=1 << 15)
def fold(name: str) -> str:
    """Returns the folded form of a name; "" if the name has no letters or digits.

    Only the first `LONGEST` characters count. An adjective alone is not folded to its country: "Polish" is not a
    spelling of "Poland".
    """
    lower = name.islower()
    words = _bare(without_legal_form(name[:LONGEST]))[:LONGEST].split()
    while len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    text = " ".join(words)
    for pattern, spelling in _SPELLINGS:
        text = pattern.sub(spelling, text)
    # "J. K. Rowling" is J.K. Rowling.
    text = _INITIALS.sub(lambda letters: letters[0].replace(" ", ""), _LEGAL.sub("", text))
    owner, thing = _owned(text)
    if not owner:
        return text
    if not lower and (match := _FORCES.match(f"{owner} {thing}")) and match[1] == owner and _general(name):
        thing = "armed forces"
    return f"{owner} {_office(thing)}"


def _general(name: str) -> bool:
    """Returns whether the last word is a common noun, as in "Sudanese army"; "Pakistan Army" is a name of its own."""
    last = name.rsplit(maxsplit=1)[-1]
    return last.islower() or last in {"Forces", "Military"}


def _owned(text: str) -> tuple[str, str]:
    """Splits "russian armed forces" or "armed forces of the russian federation" into country and institution."""
    words = text.split()
    for size in range(min(_WORDS, len(words) - 1), 0, -1):
        if country := _COUNTRIES.get(" ".join(words[:size])):
            rest = words[size:]
            while rest and rest[0] in {"of", "the"}:
                rest = rest[1:]
            return (country, " ".join(rest)) if rest else ("", text)
    for size in range(min(_WORDS, len(words) - 2), 0, -1):
        country = _COUNTRIES.get(" ".join(words[-size:]), "")
        head = words[:-size]
        if country and head[-1] == "the":
            head = head[:-1]
        if country and head and head[-1] in {"of", "in"} and len(head) > 1 and head[-1] == "of":
            return country, " ".join(head[:-1])
    return "", text


def _office(thing: str) -> str:
    thing = _DEPARTMENTS.sub(r"department of \1", thing)
    thing = _SECRETARIES.sub(r"secretary of \1", thing)
    thing = _MINISTRIES.sub(lambda m: f"{m[2].removesuffix(' affairs')} {m[1]}", thing)
    return _OFFICES.sub(r"\1 \2", thing)
