"""The default recogniser: pocketsphinx with the American English model in its wheel. Needs no download and no GPU.

https://pocketsphinx.readthedocs.io/
"""

from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

from inference.speech.recognizer import RATE, Pcm, RecognizerMissingError
from inference.speech.types import Segment

_WINDOW, _RATIO, _STRICTNESS = 0.3, 0.9, 1
"""Of the voice-activity detector: its window in seconds, the share of speech in it, and how easily it takes noise for
speech (0 to 3)."""

_LONGEST = 20.0
"""Seconds after which a stretch of speech is cut, so that no search grows without bound."""


class SphinxRecognizer:
    """Finds stretches of speech between pauses, and reads one after the other."""

    name = "pocketsphinx-en-us"

    def __init__(self) -> None:
        """Finds the package.

        Raises:
            RecognizerMissingError: pocketsphinx is not installed.
        """
        if find_spec("pocketsphinx") is None:
            raise RecognizerMissingError("speech needs the extra `media`: pip install 'triplewire[media]'")
        self.version = version("pocketsphinx")

    def recognize(self, pcm: Pcm) -> list[Segment]:
        """Returns what is said in 16 kHz mono samples; see `Recognizer`."""
        stretches = _stretches(pcm)
        if not stretches:
            return []
        from pocketsphinx import Decoder  # noqa: PLC0415  only who listens needs it

        # A decoder learns from all it ever heard, and nothing takes that back. A new one, in 0.7 s, reads equal sounds
        # equally.
        decoder = Decoder(samprate=float(RATE), loglevel="FATAL")
        read = ((start, end, *_read(decoder, pcm[start:end])) for start, end in stretches)
        return [Segment(start / RATE, end / RATE, text, confidence) for start, end, text, confidence in read if text]


def _read(decoder: Any, samples: Pcm) -> tuple[str, float]:
    decoder.start_utt()
    decoder.process_raw(samples.tobytes(), full_utt=True)
    decoder.end_utt()
    hypothesis = decoder.hyp()
    if hypothesis is None or not hypothesis.hypstr:
        return "", 0.0
    # `prob` of a word is its posterior in the lattice; silence and noise are no words.
    words = [min(1.0, s.prob) for s in decoder.seg() if not s.word.startswith(("<", "["))]
    return hypothesis.hypstr, sum(words) / len(words) if words else 0.0


def _stretches(pcm: Pcm) -> list[tuple[int, int]]:
    """Returns the first sample of each stretch of speech and the one past its last."""
    from pocketsphinx import Endpointer  # noqa: PLC0415  only with the recogniser

    endpointer = Endpointer(_WINDOW, _RATIO, _STRICTNESS, RATE)
    size = endpointer.frame_bytes // 2
    found: list[tuple[int, int]] = []
    for start in range(0, len(pcm), size):
        frame = pcm[start : start + size]
        was_speech = endpointer.in_speech
        whole = len(frame) == size
        speech = endpointer.process(frame.tobytes()) if whole else endpointer.end_stream(frame.tobytes())
        if speech is not None and was_speech and not endpointer.in_speech:
            found.append((int(endpointer.speech_start * RATE), int(endpointer.speech_end * RATE)))
    if endpointer.in_speech:
        found.append((int(endpointer.speech_start * RATE), len(pcm)))
    most = int(_LONGEST * RATE)
    return [
        (begin, min(begin + most, end))
        for start, end in found
        for begin in range(start, min(end, len(pcm)), most)
        if begin < end
    ]
