"""What is reported of the drawn video: each of its texts once, and its square once a scene."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from inference.evaluation.report import Cell, Table

if TYPE_CHECKING:
    from inference.media.text.recognition import TextReader
    from inference.media.types import Frame


def reported(reader: "TextReader", path: Path, seconds: int) -> Table:
    """Counts the texts and objects that are reported of a drawn video.

    Args:
        reader: What reads text.
        path: The video, as `drawn_video.write` writes it.
        seconds: Its duration.
    """
    from inference.evaluation.media.drawn_video import RATE, SCENE_S, line  # noqa: PLC0415  the extra `media`
    from inference.media.child import decode  # noqa: PLC0415
    from inference.media.text.rereading import Rereading  # noqa: PLC0415
    from inference.media.text.scene_text import once  # noqa: PLC0415
    from inference.media.types import Limits  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    frames = decode(path, Limits.of(settings())).frames
    rereading, read, share = Rereading(), [], 0.0
    for frame in frames:
        parts = rereading.parts(frame.rgb)
        height, width = frame.rgb.shape[:2]
        share += 1.0 if parts is None else sum(part.area for part in parts) / (height * width)
        read.append((frame.scene, frame.time or 0.0, rereading.lines(reader.read(frame.rgb, parts))))
    texts = once(read)
    shown = -(-seconds // SCENE_S)
    right = sum(
        text.line.text == line(text.start_s) == line(text.end_s) and text.end_s - text.start_s < SCENE_S + 1 / RATE
        for text in texts
    )
    scenes = len({frame.scene for frame in frames})
    rows: list[tuple[Cell, ...]] = [
        ("texts", shown, len(texts), right),
        ("objects, by the flow between key frames", scenes, *_objects(frames)),
        ("objects, by their boxes alone", scenes, *_objects([replace(frame, drift=None) for frame in frames])),
    ]
    return Table(
        "What is reported of the drawn video",
        ("what", "there", "reported", "right"),
        rows,
        f"A text is right if all its letters and its first and last second are. The object is a square that crosses "
        f"the picture; where it is in each of the {len(frames)} key frames is given, and right are scenes that report "
        f"it once. Text was searched for in {share / len(frames):.0%} of the key frames' area: the rest had not "
        "changed.",
    )


def _objects(frames: "Sequence[Frame]") -> tuple[int, int]:
    """Returns how many objects are reported, and in how many scenes there is just one."""
    from inference.evaluation.media.drawn_video import square  # noqa: PLC0415  the extra `media`
    from inference.media.tracks import tracks  # noqa: PLC0415
    from inference.object_detection.types import Detection  # noqa: PLC0415

    scenes: dict[int, list[Frame]] = {}
    for frame in frames:
        scenes.setdefault(frame.scene, []).append(frame)
    found = [
        len(tracks(part, [[Detection("square", 1.0, square(frame.time or 0.0))] for frame in part]))
        for part in scenes.values()
    ]
    return sum(found), sum(number == 1 for number in found)
