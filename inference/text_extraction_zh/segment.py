"""Chinese words and their parts of speech, by jieba and its dictionary.

jieba (https://github.com/fxsjy/jieba, MIT) takes the most probable path through the words of its dictionary, and finds
words outside it with a hidden Markov model. It reads simplified characters only: see `simplify`.
"""

import re
import warnings
from collections import Counter
from collections.abc import Iterator
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from inference.text.budget import charge
from inference.text.keywords.terms import MAX_TERM
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


_AT_ONCE = 20_000
"""Characters that jieba reads at once: its tables of a stretch take hundreds of times its size."""

_PIECE_END = re.compile(r"(?s:.*)[^\u4e00-\u9fd5a-zA-Z0-9+#&._\r]")
"""Up to the last character of a stretch at which jieba ends a word anyway; `.*` goes back from its end."""

_MOST_SINGLE = 64
"""Most single characters in a row, without a word of the dictionary, that the Markov model is asked about. It takes up
to 0.3 ms for each; in news there are fewer than twenty in a row."""

_MOST_RARE = 100
"""Most characters of a text that the Markov model is asked about without knowing them. It takes up to 10 ms for each,
since it tries every state; a text with more of them is no news."""

_KNOWN_UNITS, _RARE_UNITS = 400, 10_000
"""Units of work that the Markov model costs for each character, as it knows it or not."""

_WORD_UNITS = 8
"""Units of work that the dictionary costs for each character."""

_full_of_rare: ContextVar[bool] = ContextVar("full_of_rare", default=False)
"""Whether the text at hand has more than `_MOST_RARE` such characters."""


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
    known = posseg.char_state_tab_P

    class Tagger(posseg.POSTokenizer):  # type: ignore[misc]
        """jieba's tagger, with a bound on what the Markov model may cost."""

        def _POSTokenizer__cut(self, text: str) -> Iterator[Any]:  # noqa: N802 - the name jieba calls it by
            rare = sum(char not in known for char in text)
            if len(text) > _MOST_SINGLE or (rare and _full_of_rare.get()):
                return (posseg.pair(char, "x") for char in text)
            charge(_KNOWN_UNITS * (len(text) - rare) + _RARE_UNITS * rare, "finding Chinese words")
            found: Iterator[Any] = super()._POSTokenizer__cut(text)
            return found

        def rare(self, text: str) -> int:
            """Returns how many Chinese characters the Markov model does not know."""
            # Counted in one go: a text of 20,000 different characters was searched 20,000 times.
            return sum(count for char, count in Counter(text).items() if _HAN.match(char) and char not in known)

    return Tagger(tokenizer)


_HAN = re.compile("[\u4e00-\u9fd5]")


def segment(text: str) -> list[Word]:
    """Returns the words of a text in simplified characters; together they cover the whole text.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    tagger = _jieba()
    charge(_WORD_UNITS * len(text), "finding Chinese words")
    words = []
    at = 0
    token = _full_of_rare.set(tagger.rare(text) > _MOST_RARE)
    try:
        for piece in _pieces(text):
            for word, flag in tagger.cut(piece):
                words.append(Word(at, at + len(word), flag))
                at += len(word)
    finally:
        _full_of_rare.reset(token)
    if at != len(text):
        raise AssertionError(f"jieba returned {at} of {len(text)} characters")
    return words


def _pieces(text: str) -> Iterator[str]:
    """Yields a text in pieces of `_AT_ONCE` characters at most, which end where a word does, if one does."""
    start = 0
    while start < len(text):
        stop = min(start + _AT_ONCE, len(text))
        if stop < len(text) and (end := _PIECE_END.match(text, start, stop)):
            stop = end.end()
        yield text[start:stop]
        start = stop


def terms(text: str) -> list[str]:
    """Returns the words that can be keywords, in order and as often as they occur, in simplified characters.

    Words of one character, numbers, function words and words longer than `MAX_TERM` are left out.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    simple = simplify(text)
    found = ((simple[word.start : word.end], word.flag) for word in segment(simple))
    return [
        word.lower()
        for word, flag in found
        if 1 < len(word) <= MAX_TERM and _CONTENT.fullmatch(flag) and word not in _STOP and not word.isdecimal()
    ]
