"""A Whisper recogniser, for operators who have its weights: faster-whisper (MIT) on CTranslate2, extra `whisper`.

https://github.com/SYSTRAN/faster-whisper
"""

import math
from pathlib import Path
from typing import Any

import numpy as np

from inference.speech.recognizer import Pcm, RecognizerMissingError
from inference.speech.types import Segment

_FILES = ("model.bin", "config.json", "tokenizer.json")


class WhisperRecognizer:
    """Recognises speech with a Whisper model from a folder; nothing is downloaded."""

    def __init__(self, folder: Path, *, threads: int = 1, device: str = "auto") -> None:
        """Loads the model.

        Args:
            folder: The model, as CTranslate2's converter writes it.
            threads: CPU threads.
            device: `cpu`, `cuda`, or `auto`.

        Raises:
            RecognizerMissingError: faster-whisper is not installed, or the folder lacks a file.
        """
        if missing := [name for name in _FILES if not (folder / name).is_file()]:
            raise RecognizerMissingError(f"{folder} is no Whisper model: it lacks {', '.join(missing)}")
        try:
            from faster_whisper import WhisperModel  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise RecognizerMissingError("Whisper needs its extra: pip install 'triplewire[whisper]'") from error
        self.name = "whisper"
        self.version = folder.name
        self._model: Any = WhisperModel(str(folder), device=device, cpu_threads=threads, local_files_only=True)

    def recognize(self, pcm: Pcm) -> list[Segment]:
        """Returns what is said in 16 kHz mono samples; see `Recognizer`."""
        samples = pcm.astype(np.float32) / 32768
        # Beam search without sampling or previous text, so that the same sound gives the same text.
        segments, _ = self._model.transcribe(
            samples, beam_size=5, temperature=0.0, condition_on_previous_text=False, vad_filter=False
        )
        return [
            Segment(s.start, s.end, s.text.strip(), min(1.0, math.exp(s.avg_logprob)))
            for s in segments
            if s.text.strip()
        ]
