"""Chinese words and their parts of speech, by jieba and the dictionary that it carries.

jieba (https://github.com/fxsjy/jieba, MIT) takes the most probable path through the words of its dictionary and finds
words that are not in it with a hidden Markov model. Simplified characters only: see `simplify`.
"""

import re
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from inference.text_extraction_zh.simplify import simplify


class Word(NamedTuple):
    """A word: characters `start` to `end` (exclusive) of the text, and jieba's part of speech."""

    start: int
    end: int
    flag: str


_CONTENT = re.compile(r"(?:n|v|a|j|i|l|eng)\w*")
"""Parts of speech that say what a text is about: nouns and names, verbs, adjectives, short forms, idioms, Latin."""

_STOP = frozenset(Path(__file__).with_name("stop_words.txt").read_text(encoding="utf-8").split())
"""Words too common in news to say anything, besides those whose part of speech says so."""


@lru_cache(maxsize=1)
def _jieba() -> Any:
    """Returns a tagger of our own, made on first use: the dictionary takes about a second and 150 MB."""
    with warnings.catch_warnings():
        # It asks for pkg_resources, which warns that it will go; jieba does without it too.
        warnings.simplefilter("ignore")
        import jieba  # noqa: PLC0415
        from jieba import posseg  # noqa: PLC0415
    tokenizer = jieba.Tokenizer()
    # Its own way of starting reads a marshalled cache from a place in /tmp that anybody may write.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return posseg.POSTokenizer(tokenizer)


def segment(text: str) -> list[Word]:
    """Returns the words of a text in simplified characters; together they hold every character of it."""
    words = []
    at = 0
    for word, flag in _jieba().cut(text):
        words.append(Word(at, at + len(word), flag))
        at += len(word)
    if at != len(text):
        raise AssertionError(f"jieba returned {at} of {len(text)} characters")
    return words


def terms(text: str) -> list[str]:
    """Returns the words that can be keywords, in order and as often as they occur, in simplified characters.

    Words of one character, numbers, and words that only hold a sentence together are left out.
    """
    simple = simplify(text)
    found = ((simple[word.start : word.end], word.flag) for word in segment(simple))
    return [
        word.lower()
        for word, flag in found
        if len(word) > 1 and _CONTENT.fullmatch(flag) and word not in _STOP and not word.isdecimal()
    ]
