"""How each language's text becomes terms, and the shipped table of how common terms are in news."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from inference.text.budget import charge
from inference.text.keywords.terms import english_terms, other_terms
from inference.text.keywords.weigh import TermTable
from inference.text.language.detect import primary_subtag

BASELINE = Path(__file__).with_name("baseline.json")
"""Made by `triplewire terms build`. It holds counts only, no text."""

OTHER = "other"
"""All other languages, counted together: a publisher may claim any language, and memory must stay bounded."""


def _chinese_terms(headline: str, body: str) -> list[str]:
    from inference.text_extraction_zh.segment import terms  # noqa: PLC0415 - jieba's dictionary takes a second to load

    return [*terms(headline), *terms(body)]


_TERM_FINDERS: Mapping[str, Callable[[str, str], list[str]]] = {
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

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    charge(3 * (len(headline) + len(body)), "finding terms")
    primary = primary_subtag(language)
    counted = primary if primary in _TERM_FINDERS else OTHER
    return counted, _TERM_FINDERS[counted](headline, body)


@lru_cache
def load_baseline(path: Path = BASELINE) -> Mapping[str, TermTable]:
    """Returns the shipped table of how common terms are, by language. Callers must not change it: it is cached."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return {language: TermTable(counts["documents"], counts["terms"]) for language, counts in content.items()}
