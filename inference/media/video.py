"""Decodes a video: its properties, scenes and key frames. It trusts the decoded frames, not the header."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av

from inference.media.container import check_codecs, opened, video_of
from inference.media.endings import cut_off
from inference.media.scenes import Scenes
from inference.media.sniff import Sort
from inference.media.sound import Sound, decode_sound
from inference.media.types import DecodedMedia, Limits, UnreadableError

EVERY_FRAME = 5000
"""Of a video with more frames than this by its header, only the codec's own key frames are decoded."""

DAMAGED = 0.1
"""Share of a video's packets that may be damaged, as the first ones of a broadcast often are."""

_SLACK_S, _SLACK = 0.5, 0.1
"""Seconds, and share of the whole, by which a header may be wrong about the duration and the number of frames."""


_WHOLE = frozenset({"wav", "avi"})
"""Formats that are read without an error where they are cut off."""


@dataclass(slots=True)
class _Decoded:
    """What was measured while decoding a video stream; times in seconds."""

    frames: int = 0
    first: float = 0.0
    last: float = 0.0
    end: float = 0.0
    packets: int = 0
    damaged: int = 0
    size: tuple[int, int] | None = None


def read_container(path: Path, sort: Sort, limits: Limits) -> DecodedMedia:
    """Reads a video or a sound.

    Raises:
        UnreadableError: no-stream, unknown-codec, too-many-pixels, too-long, truncated, wrong-header or unreadable.
    """
    with opened(path, sort) as container:
        check_codecs(container)
        declared = container.duration / av.time_base if container.duration else None
        too_long(declared or 0.0, limits)
        stream = video_of(container)
        scenes = Scenes(limits.key_frames, limits.side)
        decoded = _watch(container, stream, scenes, limits) if stream else _Decoded()
        codec = stream.codec_context.name if stream else None
        sparse = stream is not None and _sparse(stream)
        expected = stream.frames if stream and not sparse else 0
        rate = float(stream.average_rate) if stream and stream.average_rate else None
    if decoded.frames < (1 - _SLACK) * expected:
        raise _short(path, sort, f"it ends after {decoded.frames} of {expected} frames", "unreadable")
    # FFmpeg takes what is there for the whole.
    if sort.format in _WHOLE and cut_off(path, sort):
        raise UnreadableError("truncated", f"the {sort.mime} is cut off, it ends too early")
    sound = decode_sound(path, sort, limits)
    if not decoded.frames and not sound:
        raise _short(path, sort, "no frame and no sound can be decoded", "unreadable")
    duration = max(decoded.end, sound.duration if sound else 0.0)
    if declared is not None and abs(declared - duration) > max(_SLACK_S, _SLACK * max(declared, duration)):
        message = f"its header states {declared:.1f} s, but it ends after {duration:.1f}"
        if duration < declared:
            raise _short(path, sort, message, "wrong-header")
        raise UnreadableError("wrong-header", message)
    if not decoded.frames or decoded.size is None:
        return _with_sound(DecodedMedia("sound", _audio_mime(sort), duration=round(duration, 3)), sound)
    found, frames = scenes.end(decoded.end)
    span = decoded.last - decoded.first
    measured = (decoded.frames - 1) / span if span > 0 and not sparse else rate
    read = DecodedMedia(
        kind="video",
        format=sort.mime,
        width=decoded.size[0],
        height=decoded.size[1],
        duration=round(duration, 3),
        fps=round(measured, 3) if measured else None,
        video_codec=codec,
        scenes=found,
        frames=frames,
    )
    return _with_sound(read, sound)


def too_long(seconds: float, limits: Limits) -> None:
    """Checks a duration.

    Raises:
        UnreadableError: too-long.
    """
    if seconds > limits.seconds:
        raise UnreadableError("too-long", f"it lasts {seconds:.0f} s, more than {limits.seconds:.0f}")


def _sparse(stream: Any) -> bool:
    rate = float(stream.average_rate or 0)
    frames = stream.frames or (float(stream.duration * stream.time_base) * rate if stream.duration else 0)
    return bool(frames > EVERY_FRAME)


def _watch(container: Any, stream: Any, scenes: Scenes, limits: Limits) -> _Decoded:
    """Decodes all frames into `scenes`."""
    decoded = _Decoded()
    _check_size(stream.codec_context.width, stream.codec_context.height, limits)
    stream.thread_type = "NONE"
    if _sparse(stream):
        stream.codec_context.skip_frame = "NONKEY"
    for packet in container.demux(stream):
        decoded.packets += 1
        if packet.pts is not None:
            decoded.end = max(decoded.end, float((packet.pts + (packet.duration or 0)) * stream.time_base))
        try:
            frames = packet.decode()
        except av.InvalidDataError:
            decoded.damaged += 1
            continue
        for frame in frames:
            _take(frame, decoded, scenes, limits)
    if decoded.damaged > max(1, DAMAGED * decoded.packets):
        raise UnreadableError("unreadable", f"{decoded.damaged} of {decoded.packets} parts of the video are damaged")
    decoded.end = max(0.0, decoded.end - decoded.first)
    return decoded


def _take(frame: Any, decoded: _Decoded, scenes: Scenes, limits: Limits) -> None:
    if frame.time is None:
        return
    if decoded.size is None:
        decoded.size, decoded.first = (frame.width, frame.height), frame.time
        _check_size(frame.width, frame.height, limits)
    elif (frame.width, frame.height) != decoded.size:
        shown = f"{decoded.size[0]} x {decoded.size[1]} and then {frame.width} x {frame.height}"
        raise UnreadableError("wrong-header", f"its frames have different sizes: {shown}")
    decoded.last = frame.time
    decoded.frames += 1
    too_long(frame.time - decoded.first, limits)
    scenes.add(frame, frame.time - decoded.first)


def _check_size(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.pixels:
        pixels = width * height / 1e6
        raise UnreadableError(
            "too-many-pixels", f"frames of {pixels:.0f} megapixels, more than {limits.pixels / 1e6:.0f}"
        )


def _short(path: Path, sort: Sort, message: str, whole: str) -> UnreadableError:
    """Returns the refusal of a file that holds less than it should: truncated, or `whole` if nothing is cut off."""
    return UnreadableError(whole if cut_off(path, sort) is False else "truncated", message)


def _audio_mime(sort: Sort) -> str:
    return sort.mime.replace("video/", "audio/")


def _with_sound(read: DecodedMedia, sound: Sound | None) -> DecodedMedia:
    if sound is None:
        return read
    return replace(
        read,
        audio_codec=sound.codec,
        sample_rate=sound.rate,
        channels=sound.channels,
        sound=sound.samples,
    )
