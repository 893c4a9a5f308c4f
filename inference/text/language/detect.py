"""Detects the language of a text from its script and its function words.

Function words are the most common words of every language and few in number, so forty of each distinguish languages
that share a script, despite names and borrowed words (Grefenstette 1995, "Comparing two language identification
schemes"). Only the beginning of a text is examined. Pure and deterministic.
"""

import re
from collections.abc import Mapping
from functools import cache

from inference.text.language.function_words import FUNCTION_WORDS

SAMPLE = 1200
"""Characters examined: the headline and the beginning of the body."""

DEFAULT = "en"
"""The language assumed for a text with too little evidence, such as a headline of names."""

UNDETERMINED = "und"
"""BCP 47 tag of a text in an unknown language, or in none (figures, addresses)."""

_UNKNOWN_FROM = 40
"""A text of so many words in Latin script, with hardly any known function word, is in an unknown language."""
_ENGLISH_SHARE = 0.03
_OTHER_SHARE = 0.12
"""Least share of function words for a text to be in their language. English needs fewer: most news is in English, and
headlines drop function words."""
_LEAD = 1.2
"""How many times English's score another language's must be to win."""
_LEAST_HITS = 2
"""Least number of function words that decide."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")  # noqa: RUF001
_SCRIPTS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(f"[{characters}]")
    for name, characters in {
        "latin": "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff",
        "han": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f",
        "kana": "\u3041-\u3096\u30a1-\u30fa",
        "hangul": "\uac00-\ud7a3\u1100-\u11ff",
        "cyrillic": "\u0400-\u04ff",
        "arabic": "\u0620-\u064a\u066e-\u06d3",
        "greek": "\u0370-\u03ff\u1f00-\u1fff",
        "hebrew": "\u05d0-\u05ea",
        "devanagari": "\u0900-\u097f",
        "bengali": "\u0980-\u09ff",
        "gurmukhi": "\u0a00-\u0a7f",
        "gujarati": "\u0a80-\u0aff",
        "tamil": "\u0b80-\u0bff",
        "telugu": "\u0c00-\u0c7f",
        "kannada": "\u0c80-\u0cff",
        "malayalam": "\u0d00-\u0d7f",
        "sinhala": "\u0d80-\u0dff",
        "thai": "\u0e00-\u0e7f",
        "lao": "\u0e80-\u0eff",
        "burmese": "\u1000-\u109f",
        "khmer": "\u1780-\u17ff",
        "georgian": "\u10a0-\u10ff",
        "armenian": "\u0530-\u058f",
        "ethiopic": "\u1200-\u137f",
    }.items()
}
_ONE_LANGUAGE = {
    "hangul": "ko", "greek": "el", "hebrew": "he", "bengali": "bn", "gurmukhi": "pa", "gujarati": "gu", "tamil": "ta",
    "telugu": "te", "kannada": "kn", "malayalam": "ml", "sinhala": "si", "thai": "th", "lao": "lo", "burmese": "my",
    "khmer": "km", "georgian": "ka", "armenian": "hy", "ethiopic": "am", "devanagari": "hi",
}  # fmt: skip
"""The language of nearly all news in a script."""

_SIMILAR = tuple(
    frozenset(group.split())
    for group in (
        "da nb no nn",
        "hr bs sr sh cnr",
        "id ms",
        "cs sk",
        "pt gl",
        "hi mr ne sa",
        "he yi",
        "ru be uk bg mk sr",
    )
)
"""Languages so similar that detecting one does not contradict a publisher who names another."""

_LETTERS = {
    "cyrillic": (("uk", "іїєґ"), ("be", "ўі"), ("mk", "ѓќѕ"), ("sr", "ђћљњџј"), ("kk", "әғқңөұүһ"), ("bg", "ъ")),
    "arabic": (("ur", "ٹڈڑےں"), ("fa", "پچژگ")),
}
"""Letters that distinguish languages of a script; the first match decides."""
_WITHOUT_SPECIAL_LETTERS = {"cyrillic": "ru", "arabic": "ar"}
_KNOWN = frozenset(
    {*FUNCTION_WORDS, *_ONE_LANGUAGE.values(), *_WITHOUT_SPECIAL_LETTERS.values(), "zh", "ja", UNDETERMINED}
    | {language for rows in _LETTERS.values() for language, _ in rows}
)
_LETTER_SHARE = 0.005
_BULGARIAN_SHARE = 0.008
_KANA_SHARE = 0.05
_MAIN_SHARE = 0.35


def language_of(headline: str, body: str, given: str | None = None) -> str:
    """Returns the BCP 47 tag of an article's language.

    The publisher's tag stands unless the text clearly contradicts it. A text too short to decide gets the publisher's
    tag, or else `DEFAULT` if its script allows it.

    Args:
        headline: May be empty.
        body: The text; only its beginning is examined.
        given: The publisher's tag, if there is one.
    """
    found = detect(f"{headline}\n{body[:SAMPLE]}"[:SAMPLE])
    primary = primary_subtag(given) if given else ""
    if not primary or primary == UNDETERMINED:
        return found or DEFAULT
    if found in (None, UNDETERMINED, primary) or any({found, primary} <= group for group in _SIMILAR):
        return given or DEFAULT
    return found or DEFAULT


def primary_subtag(tag: str) -> str:
    """Returns the language without script or region: `zh` for `zh-Hant-TW`."""
    return tag.strip().replace("_", "-").split("-")[0].lower()


def family(tag: str) -> str:
    """Returns the primary subtag if it is a known language, else `other`, so that metrics have few labels."""
    primary = primary_subtag(tag)
    return primary if primary in _KNOWN else "other"


def detect(text: str) -> str | None:
    """Returns the language of a text; `und` if it is an unknown one, None if the text is too short to decide."""
    if text.isascii():
        return _latin(text)
    counts = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS.items()}
    total = sum(counts.values())
    if not total:
        return UNDETERMINED
    # A Han character carries as much as three letters, and East Asian text contains Latin names.
    east = counts["han"] + counts["kana"]
    if 3 * east >= counts["latin"] and east >= counts["hangul"] and east:
        return "ja" if counts["kana"] > _KANA_SHARE * east else "zh"
    script = max(counts, key=lambda name: (counts[name], name))
    if script == "latin" or counts[script] < _MAIN_SHARE * total:
        return _latin(text)
    if script in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[script]
    return _by_letters(text.lower(), script, counts[script])


def _by_letters(text: str, script: str, count: int) -> str:
    for language, letters in _LETTERS[script]:
        share = _BULGARIAN_SHARE if language == "bg" else _LETTER_SHARE
        if sum(map(text.count, letters)) > share * count:
            return language
    return _WITHOUT_SPECIAL_LETTERS[script]


@cache
def _languages() -> dict[str, tuple[tuple[str, float], ...]]:
    """Returns the languages of each function word, with its weight in each.

    A word of several languages or of a single letter weighs less, but not in English: in doubt, a text is in English.
    """
    languages: dict[str, list[str]] = {}
    for language, words in FUNCTION_WORDS.items():
        for word in words:
            languages.setdefault(word, []).append(language)
    return {
        word: tuple((tag, 1.0 if tag == DEFAULT else (0.5, 1.0)[len(word) > 1] / len(tags)) for tag in tags)
        for word, tags in languages.items()
    }


def _latin(text: str) -> str | None:
    words = _WORD.findall(text.lower())
    if not words:
        return UNDETERMINED
    languages = _languages()
    scores: dict[str, float] = {}
    hits: dict[str, int] = {}
    for word in words:
        for language, weight in languages.get(word, ()):
            scores[language] = scores.get(language, 0.0) + weight
            hits[language] = hits.get(language, 0) + 1
    english = scores.pop(DEFAULT, 0.0)
    best = max(scores, key=lambda tag: (scores[tag], tag), default="")
    if best and hits[best] >= max(_LEAST_HITS, _OTHER_SHARE * len(words)) and scores[best] > _LEAD * english:
        return best
    if hits.get(DEFAULT, 0) >= max(_LEAST_HITS, _ENGLISH_SHARE * len(words)):
        return DEFAULT
    return UNDETERMINED if len(words) >= _UNKNOWN_FROM else None
