"""Decides which stretches of speech in a window are complete, and where the next window begins."""

from collections.abc import Sequence

import numpy as np

from inference.speech.recognizer import RATE, Pcm

Stretch = tuple[int, int]
"""The first sample of a stretch of speech, and one past its last."""

_OVER = RATE // 2
"""Samples of silence that end a stretch; a word may begin within the last so many of a window."""

_LEAST = 5 * RATE
"""Least samples by which a window moves on; speech that began earlier and goes on is cut."""

_QUIET, _SEARCHED = RATE // 5, 10 * RATE
"""Speech is cut in the middle of the quietest fifth of a second of a window's last ten seconds."""


def complete(found: Sequence[Stretch], window: Pcm, *, last: bool) -> tuple[list[Stretch], int]:
    """Returns the stretches to recognise now, and how many samples of the window are then done with.

    Speech that goes on at the end of a window is left whole for the next one, unless it fills nearly all of this one.

    Args:
        found: Stretches of speech in the window, in order, none overlapping.
        window: The samples.
        last: Whether nothing follows them.
    """
    length = len(window)
    if last:
        return list(found), length
    if not found or found[-1][1] <= length - _OVER:
        return list(found), length - _OVER
    begin = found[-1][0]
    if begin >= _LEAST:
        return list(found[:-1]), begin
    cut = _quietest(window)
    return [*found[:-1], (begin, cut)], cut


def _quietest(window: Pcm) -> int:
    first = max(_LEAST, len(window) - _SEARCHED)
    energy = np.cumsum(np.concatenate([[0.0], window[first:].astype(np.float64) ** 2]))
    return first + int(np.argmin(energy[_QUIET:] - energy[:-_QUIET])) + _QUIET // 2
