"""Pictures: what the default detector finds, how well text is read, and how fast, beside the bare networks."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inference.evaluation.distance import edits
from inference.evaluation.report import Cell, Context, Report, Table
from inference.evaluation.timing import best_seconds
from inference.vision.found import Box
from topology.settings import settings

if TYPE_CHECKING:
    from inference.evaluation.drawn import Drawn
    from inference.vision.depth import Picture
    from inference.vision.local import LocalDetector
    from inference.vision.text import TextReader

LEAST_OVERLAP = 0.5
"""Intersection over union from which a box is the one that is marked."""

_ROUNDS = 3
_QUICK = 6
_THRESHOLDS = (0.25, 0.5, 0.75)


def evaluate(context: Context) -> Report:
    """Measures opencv's detectors, the reader of text, and both beside their networks."""
    from inference.evaluation.drawn import KINDS, LINES, draw  # noqa: PLC0415  the extra `media`
    from inference.vision.local import VISION_MODEL, LocalDetector  # noqa: PLC0415
    from inference.vision.text import TextReader  # noqa: PLC0415

    marked = read_coco(context.need("vision", "coco128"))
    marked = marked[:_QUICK] if context.quick else marked
    drawn = list(draw(context.seed))
    drawn = drawn[::_QUICK] if context.quick else drawn
    detector = LocalDetector(settings().models / VISION_MODEL / "1")
    reader = TextReader()
    context.tell(f"{len(marked)} photographs")
    people, speed_people = _people(detector, marked)
    context.tell(f"{len(drawn)} drawn pictures")
    timed = [d.picture for d in drawn[:: len(LINES) // 2]]
    tables = [people, _reading(reader, drawn), _speed(reader, timed, speed_people)]
    return Report(
        title="Pictures",
        about=f"`{detector.labels.model}` {detector.labels.version} looks for people, to it whole upright figures; "
        f"`{reader.name}` (rapidocr {reader.version}) reads text. A box is right if it overlaps a marked one by "
        f"{LEAST_OVERLAP:g} (intersection over union).",
        sources=(
            f"vision/coco128: {len(marked)} photographs with marked boxes (CC BY 4.0)",
            f"{len(drawn)} pictures drawn by this report: lines written by us in {len(KINDS)} kinds",
        ),
        tables=tables,
        notes=[
            (
                "COCO marks every visible part of a person, sitting, cut off or tiny; the figure detector knows whole "
                "people who stand or walk. It is the fallback that needs no weights, and no more: `triplewire models "
                "pull yolox-s` puts a network in its place. There is no depth model in the repository, so none is "
                "measured."
            )
        ],
    )


def read_coco(folder: Path) -> list[tuple["Picture", list[Box]]]:
    """Returns COCO128's pictures, each with the boxes of its people."""
    from PIL import Image  # noqa: PLC0415  the extra `media`

    found = []
    for path in sorted((folder / "images" / "train2017").glob("*.jpg")):
        with Image.open(path) as image:
            picture = np.asarray(image.convert("RGB"))
        height, width = picture.shape[:2]
        labels = folder / "object_detection" / "labels" / "train2017" / f"{path.stem}.txt"
        rows = [line.split() for line in labels.read_text().splitlines()] if labels.exists() else []
        boxes = []
        for kind, *numbers in rows:
            x, y, w, h = map(float, numbers[:4])
            if kind == "0":
                boxes.append(Box((x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height))
        found.append((picture, boxes))
    return found


def _people(detector: "LocalDetector", marked: "Sequence[tuple[Picture, list[Box]]]") -> tuple[Table, float]:
    """Returns how many people are found at each confidence, and pictures a second."""
    begun = time.perf_counter()
    views = [detector.look([picture])[0] for picture, _ in marked]
    took = time.perf_counter() - begun
    rows: list[tuple[Cell, ...]] = []
    everybody = sum(len(boxes) for _, boxes in marked)
    for least in _THRESHOLDS:
        right = claimed = faces = faces_on_people = 0
        for (_, boxes), view in zip(marked, views, strict=True):
            sure = [d for d in view.detections if d.score >= least]
            people = [d.box for d in sure if d.label == "person"]
            claimed += len(people)
            right += matches(people, boxes)
            heads = [d.box for d in sure if d.label == "face"]
            faces += len(heads)
            faces_on_people += sum(any(_inside(head, box) for box in boxes) for head in heads)
        share = right / claimed if claimed else None
        on_people = faces_on_people / faces if faces else None
        rows.append((least, claimed, share, right / max(1, everybody), faces, on_people))
    columns = ("confidence at least", "people found", "precision", "recall", "faces found", "of them on a person")
    note = f"{everybody} people are marked. Faces are not: one counts as right where its centre lies on a person."
    return Table("People and faces in photographs", columns, rows, note), len(views) / took


def matches(found: Sequence[Box], marked: Sequence[Box]) -> int:
    """Returns how many found boxes, surest first, are each one marked box that no surer one is."""
    free = list(marked)
    right = 0
    for box in found:
        best = max(free, key=box.overlap, default=None)
        if best is not None and box.overlap(best) >= LEAST_OVERLAP:
            free.remove(best)
            right += 1
    return right


def _inside(head: Box, person: Box) -> bool:
    x, y = (head.left + head.right) / 2, (head.top + head.bottom) / 2
    return person.left <= x < person.right and person.top <= y < person.bottom


def _reading(reader: "TextReader", drawn: "Sequence[Drawn]") -> Table:
    errors: dict[str, list[int]] = {}
    for one in drawn:
        read = " ".join(line.text for line in reader.read(one.picture))
        count = errors.setdefault(one.kind, [0, 0, 0])
        wrong = edits(one.text, read)
        count[0] += wrong
        count[1] += len(one.text)
        count[2] += wrong == 0
    total = [sum(column) for column in zip(*errors.values(), strict=True)]
    rows: list[tuple[Cell, ...]] = [
        (kind, 1 - wrong / letters, letters, exact)
        for kind, (wrong, letters, exact) in [*errors.items(), ("all", total)]
    ]
    return Table("Text in pictures", ("kind", "characters right", "characters", "lines without error"), rows)


def _speed(reader: "TextReader", pictures: "Sequence[Picture]", people: float) -> Table:
    """Times the reader beside its own two networks, which get the very tensors that it gives them."""
    recorded = _record(reader, pictures)
    parts: dict[str, Callable[[], object]] = {
        "its networks alone": lambda: [session.run(None, feeds) for session, feeds in recorded],
        "reading text": lambda: [reader.read(picture) for picture in pictures],
    }
    best = best_seconds(parts, _ROUNDS)
    bare = best["its networks alone"]
    rows: list[tuple[Cell, ...]] = [(n, len(pictures) / took, bare / took) for n, took in best.items()]
    rows.append(("faces and people in photographs (no network)", people, None))
    return Table(
        "Speed, one thread",
        ("what", "pictures a second", "of the bare onnxruntime sessions"),
        rows,
        f"The best of {_ROUNDS} rounds in turn. A video of which a key frame is looked at every 4 s takes these rates "
        "times 4 as seconds of video a second, besides its decoding.",
    )


def _record(reader: "TextReader", pictures: "Sequence[Picture]") -> list[tuple[Any, dict[str, np.ndarray]]]:
    """Reads the pictures once and returns each run of an onnxruntime session that this took."""
    import onnxruntime  # noqa: PLC0415  the extra `media`

    runs: list[tuple[Any, dict[str, np.ndarray]]] = []
    plain = onnxruntime.InferenceSession.run

    def noted(session: Any, outputs: Any, feeds: dict[str, np.ndarray], *rest: Any) -> Any:
        runs.append((session, feeds))
        return plain(session, outputs, feeds, *rest)

    onnxruntime.InferenceSession.run = noted
    try:
        for picture in pictures:
            reader.read(picture)
    finally:
        onnxruntime.InferenceSession.run = plain
    return runs
