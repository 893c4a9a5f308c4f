"""Weak supervision from spelling: English names are written with capitals."""

import re
from collections.abc import Iterator

from inference.training.text.sources.passages import Passage

_FUNCTION_WORDS = "of the and de al bin for in on la du del von van to at el da do le les des der den a an"
_FUNCTION = frozenset(_FUNCTION_WORDS.split())
"""Words in small letters that also occur inside names."""

_NUMBER_WORDS = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions
billion billions trillion dozen dozens first second third half percent day days week weeks month months year years today
yesterday hours hour minutes
"""
_NUMBERS = frozenset(_NUMBER_WORDS.split())
"""Words that dates and quantities are made of, which may also occur inside names."""

_LOWER = re.compile(r"(?<![\w'’-])[a-z][a-z]*(?![\w'’-])|[.,;:!?\"“”()]")  # noqa: RUF001  as newspapers print


def bare_words(passage: Passage) -> Iterator[tuple[int, int]]:
    """Yields the words in small letters and the punctuation outside every mark of a passage, as characters.

    Left out are function words and numbers, which may be parts of names.
    """
    inside = [False] * (len(passage.text) + 1)
    for mark in passage.marks:
        inside[mark.start : mark.end] = [True] * (mark.end - mark.start)
    for a, b in passage.silent:
        inside[a:b] = [True] * (b - a)
    for word in _LOWER.finditer(passage.text):
        if word[0] not in _FUNCTION and word[0] not in _NUMBERS and not inside[word.start()]:
            yield word.span()
