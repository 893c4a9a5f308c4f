"""Speech into text, whatever recogniser does it."""

from typing import Protocol

import numpy as np

from inference.speech.types import Segment

RATE = 16_000
"""Samples a second of what recognisers hear."""

Pcm = np.ndarray[tuple[int, ...], np.dtype[np.int16]]
"""Samples of one channel, `RATE` a second."""


class Recognizer(Protocol):
    """Something that writes down what is said.

    Attributes:
        name: The model's name, as evidence cites it.
        version: Its version.
    """

    name: str
    version: str

    def recognize(self, pcm: Pcm) -> list[Segment]:
        """Returns what is said, in order of time; nothing where nobody speaks.

        The same samples give the same segments, whatever was heard before.
        """
        ...


class RecognizerMissingError(RuntimeError):
    """The wanted recogniser is not installed, or its model is not there; the message says what to do."""
