"""Each language's way to terms, and how common terms are in the news that the repository's own table was made of."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from inference.text.keywords.terms import english_terms, other_terms
from inference.text.keywords.weigh import TermTable

BASELINE = Path(__file__).with_name("baseline.json")
"""Made by `triplewire terms build`: counts alone, no text."""

OTHER = "other"
"""All languages without a way of their own count as one: a publisher may claim any language, and memory is bounded."""


def _chinese_terms(headline: str, body: str) -> list[str]:
    from inference.text_extraction_zh.segment import terms  # noqa: PLC0415 - jieba's dictionary takes a second to load

    return [*terms(headline), *terms(body)]


_WAYS: Mapping[str, Callable[[str, str], list[str]]] = {
    "en": english_terms,
    "zh": _chinese_terms,
    OTHER: other_terms,
}


def article_terms(language: str, headline: str, body: str) -> tuple[str, list[str]]:
    """Returns the language whose counts weigh an article's terms, and the terms in reading order.

    Args:
        language: BCP 47 tag.
        headline: May be empty.
        body: The text.
    """
    primary = language.partition("-")[0].lower()
    counted = primary if primary in _WAYS else OTHER
    return counted, _WAYS[counted](headline, body)


@lru_cache
def load_baseline(path: Path = BASELINE) -> Mapping[str, TermTable]:
    """Returns the repository's own table of how common terms are, by language; not to be changed."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return {language: TermTable(counts["documents"], counts["terms"]) for language, counts in content.items()}
