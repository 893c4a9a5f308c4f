"""Windows of Chinese text: one sentence each, because the model was trained on single sentences."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from inference.text.language.words import Words
from inference.text_extraction.windows import MAX_PIECES, Window


def sentence_windows(words: Words, sentences: Sequence[tuple[int, int]]) -> list[Window]:
    """Returns a window for each sentence; one that is too long is cut into several.

    Args:
        words: The text's units; every unit is in exactly one window.
        sentences: The text's sentences in order, as `split_sentences` returns them.
    """
    budget = MAX_PIECES - 2
    begins = [bisect_left(words.starts, begin) for begin, _ in sentences[1:]]
    return [
        Window(words, start, min(start + budget, end))
        for first, end in pairwise([0, *begins, len(words)])
        for start in range(first, end, budget)
    ]
