"""Chinese words and their parts of speech, by jieba and its dictionary.

jieba (https://github.com/fxsjy/jieba, MIT) takes the most probable path through the words of its dictionary, and finds
words outside it with a hidden Markov model. It reads simplified characters only: see `simplify`.
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
"""Parts of speech that carry a topic: nouns and names, verbs, adjectives, short forms, idioms, Latin words."""

_STOP = frozenset(Path(__file__).with_name("stop_words.txt").read_text(encoding="utf-8").split())
"""Words that are too common in news to carry a topic, whatever their part of speech."""


@lru_cache(maxsize=1)
def _jieba() -> Any:
    """Returns our own tagger, built on first use: the dictionary takes about a second and 150 MB."""
    with warnings.catch_warnings():
        # jieba imports pkg_resources, which warns of its own removal; jieba works without it.
        warnings.simplefilter("ignore")
        import jieba  # noqa: PLC0415
        from jieba import posseg  # noqa: PLC0415
    tokenizer = jieba.Tokenizer()
    # jieba's own initialisation reads a marshalled cache in /tmp, which any user could write.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return posseg.POSTokenizer(tokenizer)


def segment(text: str) -> list[Word]:
    """Returns the words of a text in simplified characters; together they cover the whole text."""
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

    Words of one character, numbers and function words are left out.
    """
    simple = simplify(text)
    found = ((simple[word.start : word.end], word.flag) for word in segment(simple))
    return [
        word.lower()
        for word, flag in found
        if len(word) > 1 and _CONTENT.fullmatch(flag) and word not in _STOP and not word.isdecimal()
    ]
