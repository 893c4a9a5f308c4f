"""The function words of each language, from `function_words.txt`."""

from pathlib import Path


def _read() -> dict[str, frozenset[str]]:
    lines = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    rows = (line.partition(":") for line in lines if not line.startswith("#"))
    return {language: frozenset(words.split()) for language, _, words in rows}


FUNCTION_WORDS = _read()
"""Language → its function words, in lower case."""
