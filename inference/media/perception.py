"""What looks at frames and listens to sound, whatever does it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from inference.media.types import Frame
from inference.object_detection.types import Detection, TextBox
from inference.speech.types import Segment


@dataclass(frozen=True, slots=True)
class Seen:
    """What is in a frame, in the frame's own pixels.

    Attributes:
        detections: Objects.
        texts: Lines of text, in reading order.
        model: What saw the objects.
        model_version: Its version.
        depth: The whole frame's depth, 0 nearest, if a depth model looked; usually smaller than the frame.
        others: Names and versions of what else looked, whether it found anything or not: the models of depth and text.
    """

    detections: tuple[Detection, ...] = ()
    texts: tuple[TextBox, ...] = ()
    model: str = ""
    model_version: str = ""
    depth: NDArray[np.float32] | None = field(default=None, compare=False)
    others: tuple[str, ...] = ()


class Perception(Protocol):
    """Eyes and ears. The same frame or sound is always perceived alike, whatever comes along with it.

    Attributes:
        listener: Name and version of what listens.
    """

    listener: str

    async def see(self, frames: Sequence[Frame]) -> list[Seen]:
        """Returns what is in each frame.

        Raises:
            InferenceUnavailable: Transient trouble.
            InferenceRejected: One of the frames can never be looked at.
        """

    async def hear(self, sound: NDArray[np.int16]) -> list[Segment]:
        """Returns what is said; 16,000 mono samples a second."""

    async def trouble(self) -> str:
        """Returns why it cannot perceive at the moment, or ""."""

    async def close(self) -> None:
        """Closes what it opened."""
