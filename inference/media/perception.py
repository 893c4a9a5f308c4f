"""The interface for finding objects and text in frames, and speech in sound."""

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
    """What was found in a frame, in the frame's own pixels.

    Attributes:
        detections: Objects.
        texts: Lines of text, in reading order.
        model: Name of the model that detected the objects.
        model_version: Its version.
        depth: The whole frame's depth, 0 nearest, if there is a depth model; usually smaller than the frame.
        others: Names and versions of the other models that ran, whether they found anything or not: depth and text.
    """

    detections: tuple[Detection, ...] = ()
    texts: tuple[TextBox, ...] = ()
    model: str = ""
    model_version: str = ""
    depth: NDArray[np.float32] | None = field(default=None, compare=False)
    others: tuple[str, ...] = ()


class Perception(Protocol):
    """Finds objects, text and speech. The same input always gives the same result, whatever is processed with it.

    Attributes:
        listener: Name and version of the speech recogniser.
    """

    listener: str

    async def see(self, frames: Sequence[Frame]) -> list[Seen]:
        """Returns what is in each frame.

        Raises:
            InferenceUnavailable: A transient error.
            InferenceRejected: One of the frames is refused, and would be again.
        """

    async def hear(self, sound: NDArray[np.int16]) -> list[Segment]:
        """Returns the speech in mono samples, 16,000 per second."""

    async def trouble(self) -> str:
        """Returns why it cannot work at the moment, or ""."""

    async def close(self) -> None:
        """Closes connections and ends processes."""
