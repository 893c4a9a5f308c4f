"""How fast pictures and videos are read, compared with the bare networks and decoders in the same run."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inference.evaluation.media.pictures_video import reported
from inference.evaluation.report import Cell, Table
from inference.evaluation.timing import best_seconds
from topology.settings import settings

if TYPE_CHECKING:
    from inference.media.text.recognition import TextReader
    from inference.media.types import Frame
    from inference.object_detection.local import LocalDetector


def speed(
    detector: "LocalDetector",
    reader: "TextReader",
    photographs: Sequence[Path],
    rounds: int,
    *,
    seconds: int,
) -> list[Table]:
    """Times pictures and a drawn video.

    Args:
        detector: What sees objects.
        reader: What reads text; one thread.
        photographs: Files.
        rounds: How often each part is timed; the best counts.
        seconds: Of video.
    """
    from inference.media.child import decode  # noqa: PLC0415  the extra `media`
    from inference.media.text.rereading import Rereading  # noqa: PLC0415
    from inference.media.types import Limits  # noqa: PLC0415

    limits = Limits.of(settings())

    def see(frames: "Sequence[Frame]") -> list[object]:
        return [(detector.look([frame.rgb]), reader.read(frame.rgb)) for frame in frames]

    def watch(frames: "Sequence[Frame]") -> list[object]:
        rereading = Rereading()
        seen: list[object] = []
        for frame in frames:
            lines = rereading.lines(reader.read(frame.rgb, rereading.parts(frame.rgb)))
            seen.append((detector.look([frame.rgb]), lines))
        return seen

    frames = [decode(path, limits).frames[0] for path in photographs]
    with _noted() as runs:
        for frame in frames:
            reader.read(frame.rgb)
    recorded = list(runs)
    pictures: dict[str, Callable[[], object]] = {
        "bare onnxruntime sessions of the text reader": lambda: [run(feeds) for run, feeds in recorded],
        "reading text": lambda: [reader.read(frame.rgb) for frame in frames],
        "bare Pillow, decoding": lambda: [_pillow(path) for path in photographs],
        "decoding, with colours and EXIF": lambda: [decode(path, limits) for path in photographs],
        f"objects ({detector.labels.model})": lambda: [detector.look([frame.rgb]) for frame in frames],
        "all of it: decoding, objects, text": lambda: [see(decode(path, limits).frames) for path in photographs],
    }
    bare = {
        "reading text": "bare onnxruntime sessions of the text reader",
        "decoding, with colours and EXIF": "bare Pillow, decoding",
        "all of it: decoding, objects, text": "bare onnxruntime sessions of the text reader",
    }
    tables = [
        _table(
            "Pictures a second of the processor",
            "pictures a second",
            len(frames),
            best_seconds(pictures, rounds, time.process_time),
            bare,
        )
    ]
    with tempfile.TemporaryDirectory(prefix="triplewire-video-") as folder:
        from inference.evaluation.media.drawn_video import write  # noqa: PLC0415  the extra `media`

        path = Path(folder) / "drawn.mp4"
        write(path, seconds)
        video: dict[str, Callable[[], object]] = {
            "bare PyAV, decoding every frame": lambda: _pyav(path),
            "decoding, with scenes, motion and key frames": lambda: decode(path, limits),
            "that, and objects and text of its key frames": lambda: watch(decode(path, limits).frames),
        }
        took = best_seconds(video, rounds, time.process_time)
        watched = reported(reader, path, seconds)
    raw = "bare PyAV, decoding every frame"
    tables.append(
        _table(
            "Seconds of video a second of the processor",
            "s of video a second",
            seconds,
            took,
            dict.fromkeys(video, raw),
        )
    )
    return [*tables, watched]


def _table(title: str, unit: str, amount: float, took: Mapping[str, float], bare: Mapping[str, str]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (name, amount / each, took[bare[name]] / each if bare.get(name, name) != name else None)
        for name, each in took.items()
    ]
    return Table(title, ("what", unit, "of the bare one's speed"), rows)


@contextmanager
def _noted() -> Iterator[list[tuple[Callable[[dict[str, np.ndarray]], object], dict[str, np.ndarray]]]]:
    """Notes each run of an onnxruntime session within, with what it was given."""
    import onnxruntime  # noqa: PLC0415  the extra `media`

    runs: list[tuple[Callable[[dict[str, np.ndarray]], object], dict[str, np.ndarray]]] = []
    plain = onnxruntime.InferenceSession.run

    def noted(session: Any, outputs: Any, feeds: dict[str, np.ndarray], *rest: Any) -> Any:
        runs.append((lambda given: plain(session, None, given), feeds))
        return plain(session, outputs, feeds, *rest)

    onnxruntime.InferenceSession.run = noted
    try:
        yield runs
    finally:
        onnxruntime.InferenceSession.run = plain


def _pillow(path: Path) -> object:
    from PIL import Image  # noqa: PLC0415  the extra `media`

    with Image.open(path) as image:
        return image.load()


def _pyav(path: Path) -> None:
    import av  # noqa: PLC0415  the extra `media`

    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        for _ in container.decode(stream):
            pass
