"""The interface of speech recognisers."""

from typing import Protocol

import numpy as np

from inference.speech.types import Segment

RATE = 16_000
"""Samples per second that recognisers take."""

Pcm = np.ndarray[tuple[int, ...], np.dtype[np.int16]]
"""Samples of one channel, `RATE` per second."""


class Recognizer(Protocol):
    """Turns speech into text.

    Attributes:
        name: The model's name, as evidence cites it.
        version: Its version.
    """

    name: str
    version: str

    def recognize(self, pcm: Pcm) -> list[Segment]:
        """Returns what is said, in order of time; nothing if nobody speaks.

        The same samples give the same segments, whatever was recognised before.
        """
        ...


class RecognizerMissingError(RuntimeError):
    """The chosen recogniser is not installed, or its model is missing; the message says what to do."""
