"""Eyes and ears without a model: what they perceive depends on the frame or sound alone."""

from collections.abc import Sequence

import numpy as np

from inference.media.perception import Seen
from inference.media.types import Frame
from inference.object_detection.types import Box, Detection, TextBox
from inference.speech.types import Segment
from inference.triton.connection import InferenceUnavailable
from tests.helpers import media_samples as samples

VOCABULARY = ("Ann", "Bob", "Carl", "met", "and")


class TonePerception:
    """Sees a person in each frame; reads `Ann Bob` where a frame is mostly blue; hears words spoken as tones."""

    listener = "tones 1"

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures

    async def see(self, frames: Sequence[Frame]) -> list[Seen]:
        if self.failures:
            self.failures -= 1
            raise InferenceUnavailable("tried at a bad moment")
        return [_seen(frame) for frame in frames]

    async def hear(self, sound: np.ndarray) -> list[Segment]:
        return [Segment(begin, end, word, 0.9) for begin, end, word in samples.hear(sound, VOCABULARY)]

    async def trouble(self) -> str:
        return ""

    async def close(self) -> None:
        pass


def _seen(frame: Frame) -> Seen:
    red, _, blue = frame.rgb.reshape(-1, 3).mean(axis=0)
    texts = (TextBox("Ann Bob", 0.9, Box(4, 4, 30, 10)),) if blue > red + 50 else ()
    return Seen((Detection("person", 0.8, Box(2, 2, 20, 30)),), texts, "tones", "1")
