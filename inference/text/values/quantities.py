"""Quantities in an English text: amounts of money, percentages, measures and counts, with their units.

Precise rather than complete: "3,2 billion" (a decimal comma?), "200 pounds" (weight or money?), "¥500" (yen or yuan?),
ranges ("10 to 12 people"), names with numbers ("Boeing 737", "Flight 370") and years yield no value.
"""

import re
from decimal import Decimal

from inference.text.budget import charge
from inference.text.language.stopwords import STOP_WORDS
from inference.text.values.calendar import MONTHS
from inference.text.values.found import FoundValue, without_overlaps
from inference.text.values.units import (
    CONDITIONS,
    COUNTED,
    COUNTED_ALONE,
    CURRENCIES,
    DOLLARS,
    MEASURES,
    NO_NOUNS,
    SYMBOLS,
    TIMES,
)

_SMALL = [
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
_TENS = dict(
    zip(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), range(20, 100, 10), strict=True)
)
_WORDS = {word: n for n, word in enumerate(_SMALL, start=1)} | _TENS
_POWERS = {
    "one": 1,
    "hundred": 10**2,
    "thousand": 10**3,
    "k": 10**3,
    "lakh": 10**5,
    "million": 10**6,
    "mn": 10**6,
    "m": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "bn": 10**9,
    "b": 10**9,
    "trillion": 10**12,
    "tn": 10**12,
}
_SPELLED = "|".join(sorted((*_WORDS, "dozen"), key=len, reverse=True))
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
_WHOLE = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_ONES = "|".join(_SMALL[:9])
# Both cases are spelled out, without a leading boundary: the engine then searches for first letters only, at half cost.
_LETTERS = re.compile(
    "|".join(
        form
        for word in (
            *(rf"{ten}-(?:{_ONES})\b" for ten in _TENS),
            *(rf"{word}\b" for word in (*_TENS, *reversed(_SMALL))),
            r"half an? (?=hundred|thousand|million|billion|trillion|dozen)",
            r"an? (?=hundred|thousand|million|billion|trillion|dozen)",
        )
        for form in (word, word.capitalize())
    )
    .replace(" (?=", r"(?=\s(?:")
    .replace("dozen)", "dozen))")
)
_SIGNED = re.compile(
    rf"(?:(?<![\w$])(?P<sign>{'|'.join(re.escape(s) for s in sorted(SYMBOLS, key=len, reverse=True))})\s?|"
    rf"\b(?P<code>{'|'.join(sorted({*CURRENCIES.values()}))})\s)$"
)
_PART_BEFORE = re.compile(r"(?:[\w.,:/]|(?<=[\w.]) ?-|\d\s)$")
_PART_AFTER = re.compile(r"\d|[:/]\d|\.\d")
_SCALE = re.compile(
    r"(?:[\s-](hundred|thousand|lakh|million|mn|crore|billion|bn|trillion|tn)(?:\s(thousand|million|billion|trillion))?|"
    r"(k|m|mn|bn|b|tn))\b(?!\w)",
    re.IGNORECASE,
)
_RANGE_AFTER = re.compile(rf"\s?(?:[-–—]\s?|to\s|or\s|and\s(?=\d))(?:\$|€|£)?(?:\d|(?:{_SPELLED})\b)", re.IGNORECASE)  # noqa: RUF001
_RANGE_BEFORE = re.compile(
    r"(?:\d|between\s[^.;]{1,12}|\d[^.;]{0,10}\s(?:to|or))\s?(?:[-–—]|\sand|\sto|\sor)?\s?$",  # noqa: RUF001
    re.IGNORECASE,
)
_QUALIFIERS = tuple(
    (name, re.compile(rf"\b(?:{words})\s$", re.IGNORECASE))
    for name, words in (
        ("at least", "at least|more than|over|no (?:fewer|less) than|a minimum of|upwards of"),
        ("at most", "at most|up to|as many as|as much as|less than|fewer than|under|below|nearly|almost"),
        ("about", "about|around|some|roughly|approximately|an estimated|estimated"),
    )
)
_MEASURE = re.compile(rf"[\s-]?({'|'.join(re.escape(u) for u in sorted(MEASURES, key=len, reverse=True))})(?![\w°])")
_MONEY = re.compile(rf"\s(?:({'|'.join(DOLLARS)})\s)?({'|'.join(sorted(CURRENCIES, key=len, reverse=True))})\b")
_TIME = re.compile(rf"[\s-]({'|'.join(TIMES)})s?(-old)?\b(?!-)")
_NOUNS = tuple(re.compile(rf"\s((?:[A-Za-z][\w'-]*\s){{{n}}})([A-Za-z][a-z-]+)\b(?!-)") for n in range(3))
_NAME_BEFORE = re.compile(r"\b(\w*[A-Z][\w.'-]*)\s$")
_MAGNITUDE = re.compile(r"\b(?:magnitude(?:\sof)?[\s-](?P<a>\d\.\d)|(?P<b>\d\.\d)[\s-]magnitude)\b", re.IGNORECASE)
_CAPITAL = re.compile(r"\s[A-Z]")
_AROUND = 30

_LONGEST_NUMBER = 40
"""Most characters of a number in figures: a longer row of figures is no amount that anybody counted."""
_CANDIDATE_UNITS = 15
"""Units of work that deciding on a number costs."""


def find_quantities(text: str) -> list[FoundValue]:
    """Returns the quantities of a text in reading order.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    charge(len(text), "finding quantities")
    found = []
    for pattern in (_DIGITS, _LETTERS):
        for match in pattern.finditer(text):
            charge(_CANDIDATE_UNITS, "finding quantities")
            found.append(_quantity(text, match))
    if "agnitude" in text:
        for match in _MAGNITUDE.finditer(text):
            place = match.span("a") if match["a"] else match.span("b")
            found.append(FoundValue(*match.span(), text[slice(*place)], "xsd:decimal", "magnitude"))
    return without_overlaps([value for value in found if value])


def _quantity(text: str, match: re.Match[str]) -> FoundValue | None:
    start, end = match.span()
    if end - start > _LONGEST_NUMBER:
        return None
    number = match.group().rstrip(",")
    end = start + len(number)
    if (number[0].isdigit() and not _WHOLE.fullmatch(number)) or _PART_AFTER.match(text, end):
        return None
    before = text[max(0, start - _AROUND) : start]
    signed = _SIGNED.search(before)
    if signed is None and _PART_BEFORE.search(before):
        return None
    value = _value(number)
    if text[end : end + 6].lower() == " dozen":
        value, end = value * 12, end + 6
    scale = _SCALE.match(text, end)
    if scale and (scale[3] is None or signed):
        value *= _POWERS[(scale[1] or scale[3]).lower()] * _POWERS[(scale[2] or "one").lower()]
        end = scale.end()
    before = before[: signed.start()] if signed else before
    if _RANGE_AFTER.match(text, end) or _RANGE_BEFORE.search(before):
        return None
    unit = _unit(text, number, signed, start, end, scaled=scale is not None)
    if unit is None:
        return None
    qualifier = next((name for name, pattern in _QUALIFIERS if pattern.search(before)), "")
    if signed:
        start -= len(signed.group())
    return FoundValue(start, unit[1], format(value.normalize(), "f"), "xsd:decimal", unit[0], qualifier)


def _value(number: str) -> Decimal:
    word = number.lower()
    if word[0].isdigit():
        return Decimal(word.replace(",", ""))
    if word in {"a", "an"}:
        return Decimal(1)
    if word.startswith("half"):
        return Decimal("0.5")
    ten, _, one = word.partition("-")
    return Decimal(_WORDS[ten] + (_WORDS[one] if one else 0))


def _unit(
    text: str, number: str, signed: re.Match[str] | None, start: int, end: int, *, scaled: bool
) -> tuple[str, int] | None:
    """Returns a number's unit or counted noun, and where that ends; None if the number is not a quantity."""
    if signed:
        code = SYMBOLS[signed["sign"]] if signed["sign"] else signed["code"]
        return (code, end) if code else None
    if money := _MONEY.match(text, end):
        code = DOLLARS.get(money[1] or "") if money[2].startswith("dollar") and money[1] else CURRENCIES[money[2]]
        return (code, money.end()) if code else None
    if measure := _MEASURE.match(text, end):
        return MEASURES[measure[1]], measure.end()
    named = _NAME_BEFORE.search(text, max(0, start - _AROUND), start)
    if named and (named[1].lower() not in STOP_WORDS or named[1].lower() in MONTHS):
        return None
    if time := _TIME.match(text, end):
        return None if time[2] else (time[1], time.end())
    return _counted(text, number, end, scaled=scaled)


def _counted(text: str, number: str, end: int, *, scaled: bool) -> tuple[str, int] | None:
    if not scaled and ("." in number or re.fullmatch(r"1[89]\d\d|20\d\d", number)):  # "7.0 Mw earthquakes", a year
        return None
    one = number.lower() in {"1", "one"} and not scaled
    for pattern in _NOUNS:
        noun = pattern.match(text, end)
        if noun is None:
            continue
        between, word = noun[1].split(), noun[2]
        if word.lower() in NO_NOUNS or any(w.lower() in NO_NOUNS and not w.isupper() for w in between):
            return None
        if word in (COUNTED_ALONE if one else CONDITIONS | COUNTED) or (not one and _plural(word)):
            return None if word[0].isupper() and _CAPITAL.match(text, noun.end()) else (word, noun.end())
    return None


def _plural(word: str) -> bool:
    return len(word) > 3 and word[-1] == "s" and word[-2:] not in {"ss", "us", "is"}  # noqa: PLR2004 - "gas"
