"""Eyes and ears as the settings have them: Triton sees objects, rapidocr reads, pocketsphinx or Whisper listens.

Reading and listening are libraries in this process, each in one thread of its own, which keeps their order and memory.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from inference.connection import InferenceUnavailable
from inference.media.found import Frame
from inference.media.perception import Seen
from inference.speech.found import Segment
from inference.speech.recognizer import Recognizer, RecognizerMissingError, recognizer
from inference.vision.client import VisionClient
from inference.vision.found import TextBox
from inference.vision.text import TextReader, TextReaderMissingError
from topology.settings import settings


class SensesMissingError(OSError):
    """A package or model that the settings ask for is not there; the message says what to do."""


class Senses:
    """Sees and hears; see `inference.media.perception.Perception`."""

    def __init__(self) -> None:
        """Loads what runs here; connects to Triton when first used.

        Raises:
            SensesMissingError: Something is not installed.
        """
        declared = settings()
        try:
            self._reader = TextReader()
            self._recognizer: Recognizer = recognizer(declared.speech_model)
        except (TextReaderMissingError, RecognizerMissingError) as error:
            raise SensesMissingError(str(error)) from error
        self._vision = VisionClient(
            declared.triton, requests=declared.inference_requests, timeout=declared.inference_timeout
        )
        self._eyes = ThreadPoolExecutor(1, "reading")
        self._ears = ThreadPoolExecutor(1, "listening")

    async def see(self, frames: Sequence[Frame]) -> list[Seen]:
        """Returns what is in each frame.

        Raises:
            InferenceUnavailable: Triton cannot answer at the moment.
            InferenceRejected: It refuses these frames.
        """
        views = await self._vision.detect([frame.rgb for frame in frames])
        loop = asyncio.get_running_loop()
        texts: list[list[TextBox]] = [
            await loop.run_in_executor(self._eyes, self._reader.read, frame.rgb) for frame in frames
        ]
        return [
            Seen(tuple(view.detections), tuple(lines), view.model, view.version)
            for view, lines in zip(views, texts, strict=True)
        ]

    async def hear(self, sound: NDArray[np.int16]) -> list[Segment]:
        """Returns what is said."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._ears, self._recognizer.recognize, sound)

    async def trouble(self) -> str:
        """Returns why Triton cannot see at the moment, or ""."""
        try:
            await self._vision.detect([np.zeros((8, 8, 3), np.uint8)])
        except InferenceUnavailable as error:
            return str(error)
        return ""

    async def close(self) -> None:
        """Closes the connection; what is being read or heard is not waited for."""
        await self._vision.close()
        self._eyes.shutdown(wait=False, cancel_futures=True)
        self._ears.shutdown(wait=False, cancel_futures=True)
