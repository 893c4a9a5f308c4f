"""Writes a text as it is spoken, so that a transcript with "10" and "Mr." is compared with one of "ten" and "mister".

Only what a recogniser writes in another way than a transcript does: case, punctuation, numbers, per cent and titles.
A year is read as a number ("1961" as "one thousand nine hundred sixty one"), which is seldom how it is said.
"""

import re

_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1000, "thousand"), (100, "hundred"))

_LARGEST = 10**12
"""From this number on digits are read one by one."""

_IRREGULAR = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip

_SPOKEN = {
    "mr": "mister", "mrs": "missus", "dr": "doctor", "prof": "professor", "gen": "general", "sen": "senator",
    "rep": "representative", "gov": "governor", "lt": "lieutenant", "col": "colonel", "sgt": "sergeant",
    "capt": "captain", "rev": "reverend", "&": "and", "%": "percent",
}  # fmt: skip

_TOKEN = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:st|nd|rd|th)?(?![^\W_])|[^\W_]+(?:'[^\W_]+)?|[%&]")
_NUMBER = re.compile(r"([\d,]+)(?:\.(\d+))?(st|nd|rd|th)?")


def spoken_words(text: str) -> list[str]:
    """Returns the words of a text as they are said, in lower case."""
    folded = text.casefold().replace("\u2019", "'").replace("per cent", "percent")
    return [word for token in _TOKEN.findall(folded) for word in _said(token)]


def _said(token: str) -> list[str]:
    if not (number := _NUMBER.fullmatch(token)):
        return [_SPOKEN.get(token, token)]
    whole, decimals, ordinal = number.groups()
    digits = whole.replace(",", "")
    leading_zero = len(digits) > 1 and digits.startswith("0")
    words = _one_by_one(digits) if leading_zero or int(digits) >= _LARGEST else _cardinal(int(digits))
    if decimals:
        return [*words, "point", *_one_by_one(decimals)]
    return [*words[:-1], _ordinal(words[-1])] if ordinal else words


def _one_by_one(digits: str) -> list[str]:
    return [_SMALL[int(digit)] for digit in digits]


def _cardinal(number: int) -> list[str]:
    """Returns the words of a number below `_LARGEST`, as Americans say them: without "and"."""
    for scale, name in _SCALES:
        if number >= scale:
            rest = number % scale
            return [*_cardinal(number // scale), name, *(_cardinal(rest) if rest else [])]
    if number < len(_SMALL):
        return [_SMALL[number]]
    tens, ones = divmod(number, 10)
    return [_TENS[tens], *([_SMALL[ones]] if ones else [])]


def _ordinal(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    return f"{word[:-1]}ieth" if word.endswith("y") else f"{word}th"
