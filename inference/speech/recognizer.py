"""The interface of speech recognisers."""

from typing import Protocol

import numpy as np

from inference.speech.types import Heard

RATE = 16_000
"""Samples per second that recognisers take."""

WINDOW = 30 * RATE
"""Most samples that a recogniser is given at once: half a minute, which is what Whisper hears at once."""

Pcm = np.ndarray[tuple[int, ...], np.dtype[np.int16]]
"""Samples of one channel, `RATE` per second."""


class Recognizer(Protocol):
    """Turns speech into text, a window of sound at a time; `inference.speech.listening` leads it through a whole sound.

    Attributes:
        name: The model's name, as evidence cites it.
        version: Its version.
    """

    name: str
    version: str

    def hear(self, window: Pcm, *, last: bool) -> Heard:
        """Returns what is said in a window, with times from the window's beginning.

        The same samples give the same segments, whatever was recognised before. Noise is no speech, and what is not
        understood is not written down.

        Args:
            window: `WINDOW` samples, or the fewer that are left.
            last: Whether the sound ends with the window. If not, speech that goes on at its end is left for the next.
        """
        ...


class RecognizerMissingError(RuntimeError):
    """The chosen recogniser is not installed, or its model is missing; the message says what to do."""
