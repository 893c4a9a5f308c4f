"""Perception as the settings say: objects by Triton, text by rapidocr, speech by Whisper or pocketsphinx.

Text and speech recognition have a process each (see `inference.media.helpers`).
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import structlog
from numpy.typing import NDArray

from inference.media.helpers import Helper, HelperDownError
from inference.media.perception import Seen
from inference.media.text.recognition import TextReader, TextReaderMissingError
from inference.media.text.rereading import Rereading
from inference.media.types import Frame, UnreadableError
from inference.object_detection.client import DetectionClient
from inference.object_detection.types import Box, TextBox
from inference.speech.choice import recognizer
from inference.speech.listening import Listening
from inference.speech.recognizer import Recognizer, RecognizerMissingError
from inference.speech.types import Heard, Segment
from inference.triton.connection import InferenceUnavailable
from topology.settings import settings

log = structlog.get_logger(__name__)


class SensesMissingError(OSError):
    """A package or model that the settings require is missing; the message says what to do."""


class Senses:
    """Implements `inference.media.perception.Perception`."""

    def __init__(self) -> None:
        """Loads the text and speech recognisers; connects to Triton when first used.

        Raises:
            SensesMissingError: Something is not installed.
        """
        declared = settings()
        self._model = declared.speech_model
        self._vision = DetectionClient(
            declared.triton, requests=declared.inference_requests, timeout=declared.inference_timeout
        )
        memory, self._seconds = declared.media_recognition_memory * 1024 * 1024, declared.media_recognition_within
        self._text_process, self._speech_process = Helper(memory, self._seconds), Helper(memory, self._seconds)
        try:
            missing = self._text_process.ask_now(_missing_text_reader) or self._speech_process.ask_now(
                _missing_recognizer, self._model
            )
        except (UnreadableError, HelperDownError) as error:
            missing = (
                f"a recogniser cannot be loaded ({error}); it has {declared.media_recognition_memory} MiB, "
                "which TRIPLEWIRE_MEDIA_RECOGNITION_MEMORY sets"
            )
        if missing:
            self._text_process.close()
            self._speech_process.close()
            raise SensesMissingError(missing)
        self._text_reader = self._text_process.ask_now(_text_reader)
        self.listener = self._speech_process.ask_now(_listener, self._model)

    async def see(self, frames: Sequence[Frame]) -> list[Seen]:
        """Returns what is in each frame of an item; text that does not change is read once.

        Raises:
            InferenceUnavailable: Triton cannot answer at the moment.
            InferenceRejected: Triton refuses these frames.
            UnreadableError: See `Helper.ask`.
        """
        pictures = [frame.rgb for frame in frames]
        views = await self._vision.detect(pictures)
        texts, rereading = [], Rereading()
        for picture in pictures:
            parts = rereading.parts(picture)
            read = await self._text_process.ask(_read, picture, parts) if parts is None or parts else []
            texts.append(rereading.lines(read))
        return [
            Seen(
                tuple(view.detections),
                tuple(lines),
                view.model,
                view.version,
                view.depth,
                (view.depth_model, self._text_reader),
            )
            for view, lines in zip(views, texts, strict=True)
        ]

    async def hear(self, sound: NDArray[np.int16]) -> list[Segment]:
        """Returns what is said. Each window of the sound is a task of its own, with its own limits.

        Raises:
            UnreadableError: See `Helper.ask`.
        """
        listening = Listening(sound)
        while following := listening.window():
            window, last = following
            listening.take(await self._speech_process.ask(_hear, self._model, window, last))
        if listening.unread_s:
            log.info("speech.not_written", seconds=round(listening.unread_s, 1), listener=self.listener)
        return listening.segments

    async def trouble(self) -> str:
        """Returns why Triton cannot detect objects at the moment, or ""."""
        try:
            await self._vision.detect([np.zeros((8, 8, 3), np.uint8)])
        except InferenceUnavailable as error:
            return str(error)
        return ""

    async def close(self) -> None:
        """Closes the connection and ends the processes."""
        await self._vision.close()
        self._text_process.close()
        self._speech_process.close()


@cache
def _reader() -> TextReader:
    return TextReader()


@cache
def _recognizer(model: str) -> Recognizer:
    return recognizer(model)


def _missing_text_reader() -> str:
    try:
        _reader()
    except TextReaderMissingError as error:
        return str(error)
    return ""


def _missing_recognizer(model: str) -> str:
    try:
        _recognizer(model)
    except RecognizerMissingError as error:
        return str(error)
    return ""


def _text_reader() -> str:
    return f"{_reader().name} {_reader().version}"


def _listener(model: str) -> str:
    return f"{_recognizer(model).name} {_recognizer(model).version}"


def _read(rgb: NDArray[np.uint8], parts: Sequence[Box] | None) -> list[TextBox]:
    return _reader().read(rgb, parts)


def _hear(model: str, window: NDArray[np.int16], last: bool) -> Heard:
    return _recognizer(model).hear(window, last=last)
