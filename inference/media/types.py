"""What decoding takes and gives: plain data."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from topology.settings import Settings

Kind = Literal["picture", "video", "sound"]

SOUND_RATE = 16_000
"""Samples a second at which sound is listened to."""


class UnreadableError(Exception):
    """These bytes cannot be read, however often it is tried.

    Attributes:
        reason: A short fixed name: `truncated`.
        message: What is wrong, for a human.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason
        self.message = message


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a medium is decoded.

    Attributes:
        pixels: Most pixels of a picture or frame.
        seconds: Longest video or sound.
        key_frames: Most key frames of a video.
        side: The longer side of pictures and key frames that are kept, in pixels.
        gps: Whether the place in a picture's EXIF is read.
    """

    pixels: int
    seconds: float
    key_frames: int
    side: int
    gps: bool = False

    @classmethod
    def of(cls, declared: "Settings") -> "Limits":
        """Returns the limits that the settings have."""
        return cls(
            pixels=declared.media_pixels,
            seconds=declared.media_seconds,
            key_frames=declared.media_key_frames,
            side=declared.media_side,
            gps=declared.media_gps,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A picture, or a key frame of a video.

    Attributes:
        rgb: Height x width x 3, uint8.
        scale: Times this, its pixels are those of the original.
        time: Seconds from the video's beginning; None for a picture.
        scene: Index of its scene; 0 for a picture.
    """

    rgb: NDArray[np.uint8]
    scale: float
    time: float | None = None
    scene: int = 0


@dataclass(frozen=True, slots=True)
class ColourShare:
    """How much of a picture has a colour: 0 to 1."""

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class SceneFound:
    """What lies between two cuts.

    Attributes:
        begin: Seconds from the video's beginning.
        end: The same.
        motion: How fast things move against the background, in picture widths a second.
        camera: How fast the background moves.
    """

    begin: float
    end: float
    motion: float
    camera: float


@dataclass(frozen=True, slots=True, eq=False)
class MediaRead:
    """What a medium is.

    Attributes:
        kind: What it is.
        format: Media type of its bytes: `image/jpeg`.
        width: Of a picture or video, in pixels, as it is shown.
        height: The same.
        colours: Of a picture: its colours, most first.
        taken: When its EXIF says it was taken: `2026-03-04T12:00:00`, with an offset if that is known.
        camera: Which camera its EXIF names.
        place: Latitude and longitude of its EXIF, in degrees, if they were asked for.
        duration: Seconds of a video or sound.
        fps: Frames a second.
        video_codec: `h264`.
        audio_codec: `aac`.
        sample_rate: Samples a second.
        channels: Channels of its sound.
        scenes: Of a video.
        frames: The picture, or the video's key frames.
        sound: Mono samples, int16, `SOUND_RATE` a second.
    """

    kind: Kind
    format: str
    width: int | None = None
    height: int | None = None
    colours: tuple[ColourShare, ...] = ()
    taken: str | None = None
    camera: str | None = None
    place: tuple[float, float] | None = None
    duration: float | None = None
    fps: float | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    sample_rate: int | None = None
    channels: int | None = None
    scenes: tuple[SceneFound, ...] = ()
    frames: tuple[Frame, ...] = ()
    sound: NDArray[np.int16] | None = None
