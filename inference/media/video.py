"""Decoding a video: what it is, its scenes and its key frames. Told by what is decoded, not by what the header says."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av

from inference.media.container import check_codecs, opened, video_of
from inference.media.scenes import Scenes
from inference.media.sniff import Sort
from inference.media.sound import Heard, hear
from inference.media.types import Limits, MediaRead, UnreadableError

EVERY_FRAME = 5000
"""A video with more frames than this, by its header, is read by its codec's own key frames only."""

DAMAGED = 0.1
"""Part of a video's packets that may be damaged, as the first ones of a broadcast often are."""

_SLACK_S, _SLACK = 0.5, 0.1
"""Seconds, and part of the whole, by which a header may be wrong about the duration and the number of frames."""


@dataclass(slots=True)
class _Seen:
    """What decoding a video stream has shown."""

    frames: int = 0
    first: float = 0.0
    last: float = 0.0
    end: float = 0.0
    packets: int = 0
    damaged: int = 0
    size: tuple[int, int] | None = None


def read_container(path: Path, sort: Sort, limits: Limits) -> MediaRead:
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
        seen = _watch(container, stream, scenes, limits) if stream else _Seen()
        codec = stream.codec_context.name if stream else None
        sparse = stream is not None and _sparse(stream)
        rate = float(stream.average_rate) if stream and stream.average_rate else None
    heard = hear(path, sort, limits)
    if not seen.frames and not heard:
        raise UnreadableError("truncated", "not one frame and no sound can be decoded")
    duration = max(seen.end, heard.duration if heard else 0.0)
    _check_duration(declared, duration)
    if not seen.frames or seen.size is None:
        return _with_sound(MediaRead("sound", _audio_mime(sort), duration=round(duration, 3)), heard)
    found, frames = scenes.end(seen.end)
    span = seen.last - seen.first
    measured = (seen.frames - 1) / span if span > 0 and not sparse else rate
    read = MediaRead(
        kind="video",
        format=sort.mime,
        width=seen.size[0],
        height=seen.size[1],
        duration=round(duration, 3),
        fps=round(measured, 3) if measured else None,
        video_codec=codec,
        scenes=found,
        frames=frames,
    )
    return _with_sound(read, heard)


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


def _watch(container: Any, stream: Any, scenes: Scenes, limits: Limits) -> _Seen:
    """Decodes all frames into `scenes`."""
    seen = _Seen()
    _check_size(stream.codec_context.width, stream.codec_context.height, limits)
    stream.thread_type = "NONE"
    if _sparse(stream):
        stream.codec_context.skip_frame = "NONKEY"
    for packet in container.demux(stream):
        seen.packets += 1
        if packet.pts is not None:
            seen.end = max(seen.end, float((packet.pts + (packet.duration or 0)) * stream.time_base))
        try:
            frames = packet.decode()
        except av.InvalidDataError:
            seen.damaged += 1
            continue
        for frame in frames:
            _take(frame, seen, scenes, limits)
    if not _sparse(stream) and seen.frames < (1 - _SLACK) * stream.frames:
        raise UnreadableError("truncated", f"it should have {stream.frames} frames, and ends after {seen.frames}")
    if seen.damaged > max(1, DAMAGED * seen.packets):
        raise UnreadableError("unreadable", f"{seen.damaged} of {seen.packets} parts of the video are damaged")
    seen.end = max(0.0, seen.end - seen.first)
    return seen


def _take(frame: Any, seen: _Seen, scenes: Scenes, limits: Limits) -> None:
    if frame.time is None:
        return
    if seen.size is None:
        seen.size, seen.first = (frame.width, frame.height), frame.time
        _check_size(frame.width, frame.height, limits)
    elif (frame.width, frame.height) != seen.size:
        shown = f"{seen.size[0]} x {seen.size[1]} and then {frame.width} x {frame.height}"
        raise UnreadableError("wrong-header", f"its frames have no one size: {shown}")
    seen.last = frame.time
    seen.frames += 1
    too_long(frame.time - seen.first, limits)
    scenes.add(frame, frame.time - seen.first)


def _check_size(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.pixels:
        pixels = width * height / 1e6
        raise UnreadableError(
            "too-many-pixels", f"frames of {pixels:.0f} megapixels, more than {limits.pixels / 1e6:.0f}"
        )


def _check_duration(declared: float | None, duration: float) -> None:
    if declared is None or abs(declared - duration) <= max(_SLACK_S, _SLACK * max(declared, duration)):
        return
    if duration < declared:
        raise UnreadableError("truncated", f"it should last {declared:.1f} s, and ends after {duration:.1f}")
    raise UnreadableError("wrong-header", f"its header says {declared:.1f} s, and it lasts {duration:.1f}")


def _audio_mime(sort: Sort) -> str:
    return sort.mime.replace("video/", "audio/")


def _with_sound(read: MediaRead, heard: Heard | None) -> MediaRead:
    if heard is None:
        return read
    return replace(
        read,
        audio_codec=heard.codec,
        sample_rate=heard.rate,
        channels=heard.channels,
        sound=heard.samples,
    )
