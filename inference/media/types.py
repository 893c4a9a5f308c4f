"""Plain data that decoders take and return."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from topology.settings import Settings

Kind = Literal["picture", "video", "sound"]

SOUND_RATE = 16_000
"""Samples per second of decoded sound."""


LONG, LONGEST = 3.0, 16
"""Longer side divided by the shorter one above which a picture is long: a banner, a panorama. It keeps as many pixels
as a picture of just that ratio, so that its text stays readable; its longer side is at most so many times the limit."""


class UnreadableError(Exception):
    """The bytes cannot be decoded, and a further attempt would not help.

    Attributes:
        reason: A short fixed code: `truncated`.
        message: What is wrong, for a human.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(f"{reason}: {message}")
        self.reason = reason
        self.message = message


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a media file may be decoded.

    Attributes:
        pixels: Most pixels of a picture or frame.
        seconds: Longest duration of a video or sound.
        key_frames: Most key frames of a video.
        side: Longer side to which pictures and key frames are reduced, in pixels; long pictures keep more.
        gps: Whether the location in a picture's EXIF data is read.
    """

    pixels: int
    seconds: float
    key_frames: int
    side: int
    gps: bool = False

    @classmethod
    def of(cls, declared: "Settings") -> "Limits":
        """Returns the limits of the settings."""
        return cls(
            pixels=declared.media_pixels,
            seconds=declared.media_seconds,
            key_frames=declared.media_key_frames,
            side=declared.media_side,
            gps=declared.media_gps,
        )

    def longest_side(self, width: int, height: int) -> int:
        """Returns the longer side, in pixels, to which a picture of this size in pixels is reduced."""
        ratio = max(width, height) / max(1, min(width, height))
        return self.side if ratio <= LONG else min(LONGEST * self.side, round(self.side * (ratio / LONG) ** 0.5))

    def allow(self, width: int, height: int) -> bool:
        """Returns whether a picture or key frame may have this size in pixels after it was reduced."""
        fits = max(width, height) <= LONGEST * self.side and width * height <= self.side**2
        return fits and min(width, height) > 0


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A picture, or a key frame of a video.

    Attributes:
        rgb: Height x width x 3, uint8.
        scale: Factor from its pixels to those of the original.
        time: Seconds from the video's beginning; None for a picture.
        scene: Index of its scene; 0 for a picture.
        drift: Where the parts of the key frame before went until this one (see `inference.media.drift`); None for the
            first of a scene.
    """

    rgb: NDArray[np.uint8]
    scale: float
    time: float | None = None
    scene: int = 0
    drift: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class ColourShare:
    """A colour and its share of a picture, 0 to 1."""

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class DecodedScene:
    """A stretch of a video between two cuts.

    Attributes:
        begin: Start, in seconds from the beginning of the video.
        end: End, in seconds from the beginning of the video.
        motion: How fast objects move against the background, in picture widths per second.
        camera: How fast the background moves, in picture widths per second.
    """

    begin: float
    end: float
    motion: float
    camera: float


@dataclass(frozen=True, slots=True, eq=False)
class DecodedMedia:
    """A decoded picture, video or sound.

    Attributes:
        kind: Which of these it is.
        format: Media type of its bytes: `image/jpeg`.
        width: Width of a picture or video as displayed, in pixels.
        height: Height of a picture or video as displayed, in pixels.
        colours: A picture's colours, largest share first.
        taken: When it was taken according to EXIF: `2026-03-04T12:00:00`, with an offset if that is known.
        camera: The camera according to EXIF.
        place: Latitude and longitude according to EXIF, in degrees, if the limits allow reading them.
        duration: Duration of a video or sound, in seconds.
        fps: Frames per second.
        video_codec: Codec of the video stream: `h264`.
        audio_codec: Codec of the audio stream: `aac`.
        sample_rate: Samples per second, as stored.
        channels: Channels of its sound, as stored.
        scenes: A video's scenes.
        frames: The picture, or the video's key frames.
        sound: Mono samples, int16, `SOUND_RATE` per second.
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
    scenes: tuple[DecodedScene, ...] = ()
    frames: tuple[Frame, ...] = ()
    sound: NDArray[np.int16] | None = None
