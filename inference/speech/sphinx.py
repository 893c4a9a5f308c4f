"""The recogniser without a download: pocketsphinx with the American English model of its wheel.

https://pocketsphinx.readthedocs.io/
"""

from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

from inference.speech.recognizer import RATE, Pcm, RecognizerMissingError
from inference.speech.stretches import Stretch, complete
from inference.speech.types import Heard, Segment

_WINDOW, _RATIO, _STRICTNESS = 0.3, 0.9, 1
"""Settings of the voice-activity detector: window in seconds, least share of speech in it, and how strictly noise is
rejected (0 to 3)."""


class SphinxRecognizer:
    """Finds stretches of speech between pauses, and recognises one after the other."""

    name = "pocketsphinx-en-us"

    def __init__(self) -> None:
        """Checks that the package is installed.

        Raises:
            RecognizerMissingError: pocketsphinx is not installed.
        """
        if find_spec("pocketsphinx") is None:
            raise RecognizerMissingError("speech needs the extra `media`: pip install 'triplewire[media]'")
        self.version = version("pocketsphinx")

    def hear(self, window: Pcm, *, last: bool) -> Heard:
        """Returns what is said in 16 kHz mono samples; see `Recognizer`."""
        stretches, used = complete(_stretches(window), window, last=last)
        if not stretches:
            return Heard(used=used)
        from pocketsphinx import Decoder  # noqa: PLC0415  needed only when there is speech

        # A decoder adapts to everything that it has processed, and cannot be reset. A new one takes 0.7 s and gives
        # equal results for equal sounds.
        decoder = Decoder(samprate=float(RATE), loglevel="FATAL")
        read = ((start, end, *_read(decoder, window[start:end])) for start, end in stretches)
        segments = (
            Segment(start / RATE, end / RATE, text, confidence) for start, end, text, confidence in read if text
        )
        return Heard(tuple(segments), used)


def _read(decoder: Any, samples: Pcm) -> tuple[str, float]:
    decoder.start_utt()
    decoder.process_raw(samples.tobytes(), full_utt=True)
    decoder.end_utt()
    hypothesis = decoder.hyp()
    if hypothesis is None or not hypothesis.hypstr:
        return "", 0.0
    # A word's `prob` is its posterior in the lattice. Silence and noise are not words.
    words = [min(1.0, s.prob) for s in decoder.seg() if not s.word.startswith(("<", "["))]
    return hypothesis.hypstr, sum(words) / len(words) if words else 0.0


def _stretches(window: Pcm) -> list[Stretch]:
    """Returns the stretches of speech; the last one ends with the window if it goes on there."""
    from pocketsphinx import Endpointer  # noqa: PLC0415  only with the recogniser

    endpointer = Endpointer(_WINDOW, _RATIO, _STRICTNESS, RATE)
    size = endpointer.frame_bytes // 2
    found: list[Stretch] = []
    for start in range(0, len(window), size):
        frame = window[start : start + size]
        was_speech = endpointer.in_speech
        whole = len(frame) == size
        speech = endpointer.process(frame.tobytes()) if whole else endpointer.end_stream(frame.tobytes())
        if speech is not None and was_speech and not endpointer.in_speech:
            found.append((int(endpointer.speech_start * RATE), int(endpointer.speech_end * RATE)))
    if endpointer.in_speech:
        found.append((int(endpointer.speech_start * RATE), len(window)))
    return [(start, min(end, len(window))) for start, end in found if start < end]
