"""Windows: what the encoder reads at once, and how they are packed into one request.

A window holds consecutive whole sentences of one field, as many as fit; a sentence that doesn't fit is cut between
words. Windows of a text don't overlap, so each mention is found once.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from operator import sub

import numpy as np
import numpy.typing as npt

from inference.text.language.words import Words

MAX_PIECES = 192
"""Most pieces in a window, with [CLS] and [SEP]."""


@dataclass(frozen=True, slots=True)
class Window:
    """Words `start` to `stop` (exclusive) of a text.

    Attributes:
        words: The text's words.
        start: First word.
        stop: One past the last word.
    """

    words: Words
    start: int
    stop: int

    def __len__(self) -> int:
        """Returns the number of pieces, with [CLS] and [SEP]."""
        return self.words.first[self.stop] - self.words.first[self.start] + 2

    def span(self, first: int, end: int) -> tuple[int, int]:
        """Returns the characters of words `first` to `end` (exclusive), both counted within the window."""
        return self.words.starts[self.start + first], self.words.ends[self.start + end - 1]


@dataclass(frozen=True, slots=True)
class Packed:
    """Windows end to end, as the model's inputs; P pieces in W windows.

    Attributes:
        input_ids: int32 [P] piece ids, each window with [CLS] and [SEP].
        case_ids: int32 [P] `Case` of each piece's word; 0 for [CLS] and [SEP].
        first_piece: bool [P] true on the first piece of each word.
        lengths: int32 [W] pieces of each window.
    """

    input_ids: npt.NDArray[np.int32]
    case_ids: npt.NDArray[np.int32]
    first_piece: npt.NDArray[np.bool_]
    lengths: npt.NDArray[np.int32]


def make_windows(words: Words, sentences: Sequence[tuple[int, int]], max_pieces: int = MAX_PIECES) -> list[Window]:
    """Returns the windows of a text, given its sentences as (start, end) characters.

    Args:
        words: The text's words; every word is in exactly one window.
        sentences: The text's sentences in order, as `split_sentences` returns them.
        max_pieces: Most pieces in a window; at least `MAX_WORD_PIECES` + 2.
    """
    if not len(words):
        return []
    budget = max_pieces - 2
    first = words.first
    if first[-1] <= budget:
        return [Window(words, 0, len(words))]
    windows = []
    start = stop = 0
    for end in (*(bisect_left(words.starts, begin) for begin, _ in sentences[1:]), len(words)):
        if first[end] - first[start] > budget and stop > start:
            windows.append(Window(words, start, stop))
            start = stop
        while first[end] - first[start] > budget:
            cut = bisect_left(first, first[start] + budget + 1) - 1
            windows.append(Window(words, start, cut))
            start = cut
        stop = end
    windows.append(Window(words, start, len(words)))
    return windows


def divided(windows: Sequence[Window], breaks: Sequence[int]) -> list[Window]:
    """Returns the windows cut at some places of their text, so that what is on both sides is not read together.

    Args:
        windows: The windows of a text, in order.
        breaks: Characters in order; a window is cut before the first word that begins at or after one.
    """
    if not breaks:
        return [*windows]
    cut: list[Window] = []
    for window in windows:
        start, starts = window.start, window.words.starts
        first = bisect_left(breaks, starts[start])
        last = bisect_left(breaks, starts[window.stop - 1] + 1)
        for place in breaks[first:last]:
            word = bisect_left(starts, place, start, window.stop)
            if start < word < window.stop:
                cut.append(Window(window.words, start, word))
                start = word
        cut.append(Window(window.words, start, window.stop))
    return cut


def pack(windows: Sequence[Window], cls_id: int, sep_id: int) -> Packed:
    """Returns the windows as one request's arrays, in the order given."""
    ids: list[int] = []
    cases: list[int] = []  # of each unit: [CLS], a word or [SEP]
    sizes: list[int] = []  # its pieces
    for window in windows:
        words, start, stop = window.words, window.start, window.stop
        ids += (cls_id, *words.pieces[words.first[start] : words.first[stop]], sep_id)
        cases += (0, *words.cases[start:stop], 0)
        sizes += (0, *map(sub, words.first[start + 1 : stop + 1], words.first[start:stop]), 0)
    counts = np.array(sizes, dtype=np.int32)
    is_word = counts > 0
    counts[~is_word] = 1
    first_piece = np.zeros(len(ids), dtype=np.bool_)
    first_piece[(np.cumsum(counts) - counts)[is_word]] = True
    return Packed(
        input_ids=np.array(ids, dtype=np.int32),
        case_ids=np.repeat(np.array(cases, dtype=np.int32), counts),
        first_piece=first_piece,
        lengths=np.fromiter(map(len, windows), dtype=np.int32, count=len(windows)),
    )
