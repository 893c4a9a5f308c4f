"""Opens a container with FFmpeg (PyAV), with the format fixed and other files out of reach."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import av.logging
from av.container import InputContainer
from av.stream import Disposition

from inference.media.endings import cut_off
from inference.media.sniff import Sort
from inference.media.types import UnreadableError

av.logging.set_level(av.logging.PANIC)

_OPTIONS = {"protocol_whitelist": "file", "enable_drefs": "0"}
"""A container may refer to other files or addresses; none of them is opened."""


@contextmanager
def opened(path: Path, sort: Sort) -> Iterator[InputContainer]:
    """Opens a container.

    Raises:
        UnreadableError: truncated or unreadable, also if the error occurs while the container is open.
    """
    try:
        # As a file object, so that FFmpeg opens no file itself.
        with path.open("rb") as file, av.open(file, "r", format=sort.format, options=_OPTIONS) as container:
            yield container
    except UnreadableError:
        raise
    except (av.MemoryError, MemoryError) as error:
        raise MemoryError from error
    except (av.FFmpegError, ValueError, OSError) as error:
        # FFmpeg reports the same errors for a file without its end or index as for one that is spoilt.
        ended = cut_off(path, sort)
        if ended or (ended is None and isinstance(error, av.EOFError)):
            raise UnreadableError("truncated", f"the {sort.mime} is cut off, it ends too early") from error
        raise UnreadableError(
            "unreadable", f"damaged or no {sort.mime}: {getattr(error, 'strerror', '') or type(error).__name__}"
        ) from error


def video_of(container: InputContainer) -> Any:
    """Returns the video stream, or None. The cover picture of a sound file does not count."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    return None


def check_codecs(container: InputContainer) -> None:
    """Checks that every stream of the container can be decoded.

    Raises:
        UnreadableError: unknown-codec or no-stream.
    """
    streams = [s for s in container.streams if s.type in {"video", "audio"}]
    known = [s for s in streams if s.codec_context is not None]
    if len(known) == len(streams) and known:
        return
    if not container.streams:
        raise UnreadableError("no-stream", "the container holds no stream")
    tags = ", ".join(f"{s.type} {getattr(s, 'codec_tag', '')!r}" for s in container.streams)
    raise UnreadableError("unknown-codec", f"no decoder for its streams: {tags}")
