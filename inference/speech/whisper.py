"""Whisper by faster-whisper (MIT) on CTranslate2 (MIT), extra `whisper`, with silero's voice filter.

https://github.com/SYSTRAN/faster-whisper, https://github.com/snakers4/silero-vad
"""

import json
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.speech.recognizer import RATE, Pcm, RecognizerMissingError
from inference.speech.stretches import Stretch, complete
from inference.speech.types import Heard, Segment
from inference.text.language.detect import detect

DESCRIPTION = "whisper.json"
"""Names the model of a folder; without it the folder's name is its version."""

_FILES = ("model.bin", "config.json", "tokenizer.json")

_PAUSE_MS, _PAD_MS = 500, 400
"""Milliseconds without a voice that end a stretch of speech, and by which it is widened on both sides."""

_TEMPERATURES = (0.0, 0.2, 0.4)
"""What repeats itself is decoded again, less and less greedily."""

_MOST_REPEATED = 2.4
"""Text that gzip makes smaller by more than this factor repeats itself: Whisper's own limit."""

_LEAST_CONFIDENCE = 0.55
"""English speech is surer than this on average; what a model of English alone makes of another language hardly ever is
(docs/evaluation/speech.md)."""

_FEW_WORDS, _LEAST_CONFIDENCE_OF_FEW = 4, 0.4
"""Of fewer words Whisper is less sure, as little precedes them: "seven" and "7" share the probability."""


class WhisperRecognizer:
    """Recognises speech with a Whisper model from a folder; nothing is downloaded."""

    def __init__(self, folder: Path, *, threads: int = 1, device: str = "auto") -> None:
        """Loads the model.

        Args:
            folder: The model, as CTranslate2's converter writes it.
            threads: CPU threads.
            device: `cpu`, `cuda`, or `auto`.

        Raises:
            RecognizerMissingError: faster-whisper is not installed, or the folder lacks a file or holds another one.
        """
        if missing := [name for name in _FILES if not (folder / name).is_file()]:
            raise RecognizerMissingError(f"{folder} is no Whisper model: it lacks {', '.join(missing)}")
        # Packed weights reserve half a gigabyte that is never touched but counts against the process's limit.
        os.environ.setdefault("CT2_PACKED_GEMM", "0")
        try:
            from faster_whisper import WhisperModel  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise RecognizerMissingError("Whisper needs its extra: pip install 'triplewire[whisper]'") from error
        described = folder / DESCRIPTION
        about = json.loads(described.read_text(encoding="utf-8")) if described.is_file() else {}
        self.name: str = about.get("name", "whisper")
        self.version: str = about.get("version", folder.name)
        try:
            self._model: Any = WhisperModel(
                str(folder), device=device, compute_type="int8", cpu_threads=threads, local_files_only=True
            )
        except (RuntimeError, ValueError) as error:
            raise RecognizerMissingError(f"{folder} cannot be loaded as a Whisper model: {error}") from error

    def hear(self, window: Pcm, *, last: bool) -> Heard:
        """Returns what is said in 16 kHz mono samples; see `Recognizer`."""
        samples: NDArray[np.float32] = window.astype(np.float32) / np.float32(32768)
        stretches, used = complete(_voices(samples), window, last=last)
        if not stretches:
            return Heard(used=used)
        # Whisper hears half a minute in any case, so all stretches together cost as much as one.
        spoken = np.concatenate([samples[start:end] for start, end in stretches])
        segments = self._transcribed(spoken)
        written = segments if self._model.model.is_multilingual else _english(segments)
        left_out = [segment for segment in segments if segment not in written]
        unread_s = sum(segment.end - segment.start for segment in left_out) if segments else len(spoken) / RATE
        return Heard(tuple(_placed(segment, stretches) for segment in written), used, unread_s)

    def _transcribed(self, samples: NDArray[np.float32]) -> list[Any]:
        import ctranslate2  # noqa: PLC0415  only with the recogniser

        # Decoding at a temperature draws words. The same sound must give the same text.
        ctranslate2.set_random_seed(0)
        segments, _ = self._model.transcribe(
            samples,
            beam_size=5,
            temperature=_TEMPERATURES,
            compression_ratio_threshold=_MOST_REPEATED,
            # What is improbable is not decoded again, but judged.
            log_prob_threshold=None,
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=False,
        )
        return [segment for segment in segments if segment.words]


def _confidence(words: Sequence[Any]) -> float:
    """Returns the geometric mean of the words' probabilities."""
    return math.exp(sum(math.log(max(word.probability, 1e-6)) for word in words) / len(words))


def _english(segments: Sequence[Any]) -> list[Any]:
    """Returns the segments that are English, of those that a model wrote which takes everything for English.

    Such a model makes English words of any language. It is less sure of them, repeats itself, or writes down what it
    hears ("para escuchar"). Of a few words among others none of that can be told, so they share the fate of all.
    """
    words = [word for segment in segments for word in segment.words]
    least = _LEAST_CONFIDENCE if len(words) >= _FEW_WORDS else _LEAST_CONFIDENCE_OF_FEW
    if not words or _confidence(words) < least:
        return []
    written = [
        segment
        for segment in segments
        if segment.compression_ratio <= _MOST_REPEATED
        and (len(segment.words) < _FEW_WORDS or _confidence(segment.words) >= least)
    ]
    # Of a few words the language cannot be told either, which is None.
    return written if detect(" ".join(segment.text for segment in written)) in {"en", None} else []


def _placed(segment: Any, stretches: Sequence[Stretch]) -> Segment:
    """Returns a segment at its place in the window, from its place in the stretches without the pauses between."""
    start, end = segment.words[0].start, segment.words[-1].end
    return Segment(
        _in_window(start, stretches, first=True),
        _in_window(end, stretches, first=False),
        segment.text.strip(),
        _confidence(segment.words),
    )


def _in_window(second: float, stretches: Sequence[Stretch], *, first: bool) -> float:
    """Returns the second of the window. Where two stretches meet, what begins is in the second."""
    left = round(second * RATE)
    for start, end in stretches:
        if left < end - start or (left == end - start and not first):
            return (start + left) / RATE
        left -= end - start
    return stretches[-1][1] / RATE


def _voices(samples: NDArray[np.float32]) -> list[Stretch]:
    from faster_whisper.vad import VadOptions, get_speech_timestamps  # noqa: PLC0415  only with the recogniser

    options = VadOptions(min_silence_duration_ms=_PAUSE_MS, speech_pad_ms=_PAD_MS)
    return [(found["start"], found["end"]) for found in get_speech_timestamps(samples, options)]
