"""Looks at files without Kafka or a server, with the code that the media worker uses."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from inference.media.decoder import Decoder
from inference.media.drawing.overlay import Sight
from inference.media.text.recognition import TextReader
from inference.media.text.rereading import Rereading
from inference.media.types import Limits, UnreadableError
from inference.object_detection.local import DETECTION_MODEL, LocalDetector
from topology.settings import Settings

KEY_FRAMES = 6
"""Most key frames of a video that are shown."""


async def look(
    paths: Sequence[Path], declared: Settings, report: Callable[[Path], None] = lambda _: None
) -> list[list[Sight]]:
    """Decodes pictures and videos as the worker does and finds what each shows.

    Args:
        paths: Files.
        declared: The settings: limits and the model repository.
        report: Called with each file before it is read.

    Returns:
        For each file its picture, or the key frames of its video; none for a sound.

    Raises:
        UnreadableError: A file cannot be read; the message names it.
        TextReaderMissingError: The extra `media` is not installed.
    """
    limits = Limits.of(declared)
    limits = replace(limits, key_frames=min(KEY_FRAMES, limits.key_frames))
    decoder = Decoder(1, declared.media_memory * 1024 * 1024, declared.media_decode_within, limits)
    detector = LocalDetector(declared.models / DETECTION_MODEL / "1")
    reader = TextReader()
    found: list[list[Sight]] = []
    try:
        for path in paths:
            report(path)
            try:
                read = await decoder.read(path)
            except UnreadableError as error:
                raise UnreadableError(error.reason, f"{path}: {error.message}") from error
            sights, rereading = [], Rereading()
            for frame in read.frames:
                view = (await detector.detect([frame.rgb]))[0]
                lines = rereading.lines(reader.read(frame.rgb, rereading.parts(frame.rgb)))
                title = path.name if frame.time is None else f"{path.name} at {frame.time:.2f} s"
                sights.append(Sight(frame.rgb, title, view.detections, lines, view.depth))
            found.append(sights)
    finally:
        await decoder.close()
    return found
