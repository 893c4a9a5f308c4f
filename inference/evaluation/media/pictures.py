"""Pictures: what is found without a network, how well text is read, and how fast, compared with the bare networks."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from inference.evaluation.distance import edits
from inference.evaluation.media.pictures_search import search
from inference.evaluation.media.pictures_speed import speed
from inference.evaluation.progress import watched
from inference.evaluation.report import Cell, Context, Report, Table
from inference.object_detection.types import Box
from topology.settings import settings

if TYPE_CHECKING:
    from inference.evaluation.media.drawn import Drawn
    from inference.media.text.recognition import TextReader
    from inference.object_detection.depth import Picture
    from inference.object_detection.local import LocalDetector

LEAST_OVERLAP = 0.5
"""Intersection over union from which a box is the one that is marked."""

PHOTOGRAPHS, EACH_KIND = 32, 5
"""How many photographs, and how many lines in each kind of drawn picture, are measured: all would take a quarter of
an hour."""

EACH_CAPTIONED = 4
"""One in so many photographs gets captions."""

_QUICK = 6
_ROUNDS, _TIMED = 2, 2
"""Rounds of timing, and photographs that are timed."""

_THRESHOLDS = (0.25, 0.5, 0.75)


def evaluate(context: Context) -> Report:
    """Measures opencv's detectors and the reader of text, and times it and the installed detector."""
    from inference.evaluation.media.drawn import KINDS, LINES, OVER, WIDE, captioned, draw  # noqa: PLC0415  the extra `media`
    from inference.media.text.recognition import TextReader  # noqa: PLC0415
    from inference.object_detection.local import DETECTION_MODEL, LocalDetector  # noqa: PLC0415

    folder = context.need("vision", "coco128")
    files = coco_files(folder)
    wanted = min(len(files), _QUICK if context.quick else PHOTOGRAPHS)
    measured = [files[number * len(files) // wanted] for number in range(wanted)]
    drawn = list(draw(context.seed))[:: _QUICK * 2 if context.quick else len(LINES) // EACH_KIND]
    served = settings().models / DETECTION_MODEL / "1"
    detector = LocalDetector(served)
    with tempfile.TemporaryDirectory(prefix="triplewire-no-network-") as empty:
        fallback = LocalDetector(served, weights=Path(empty))
    reader = TextReader()
    context.log(f"{len(measured)} of {len(files)} photographs")
    people = _people(fallback, [read_coco(folder, path) for path in measured])
    context.log(f"{len(drawn)} drawn pictures")
    reading = _reading(reader, drawn)
    context.log("the search for text")
    photographs = [read_coco(folder, path)[0] for path in measured]
    every = 2 if context.quick else EACH_CAPTIONED
    searched = search(reader, photographs, list(captioned(photographs[::every])))
    context.log("speed")
    timed = measured[:1] if context.quick else measured[:_TIMED]
    rounds = 1 if context.quick else _ROUNDS
    tables = [people, reading, *searched, *speed(detector, reader, timed, rounds, seconds=3 if context.quick else 9)]
    return Report(
        title="Pictures",
        about=f"Without a network, `{fallback.labels.model}` {fallback.labels.version} looks for people, to it whole "
        f"upright figures; `{reader.name}` (rapidocr {reader.version}) reads text. A box is right if it overlaps a "
        f"marked one by {LEAST_OVERLAP:g} (intersection over union).",
        sources=(
            f"vision/coco128 (CC BY 4.0): {len(measured)} of {len(files)} photographs with boxes; {len(timed)} timed",
            f"{len(drawn)} pictures drawn by this report, lines written by us in {len(KINDS)} kinds; and a drawn video",
            f"{len(OVER)} captions each over {len(photographs[::every])} of the photographs, enlarged to {WIDE} pixels",
        ),
        tables=tables,
        notes=[
            (
                "COCO marks every visible part of a person, sitting, cut off or tiny; opencv's figure detector finds "
                "whole people who stand or walk. It is merely the fallback that needs no weights: [the detector]"
                "(detector.md) that is the default has a report of its own. There is no depth model in the repository, "
                "so none is measured."
            ),
            (
                "Objects are timed with the detector that is installed. Speed is in seconds of the processor, of all "
                "threads, and the best of two rounds in turn in one process: so it does not depend on what else the "
                "machine does, but for its caches. A video is decoded whole, frame by frame, and at most 24 key frames "
                "are looked at: long videos come nearer to the speed of decoding than the drawn one, in which every "
                "third second is a cut."
            ),
        ],
    )


def coco_files(folder: Path) -> list[Path]:
    """Returns COCO128's photographs."""
    return sorted((folder / "images" / "train2017").glob("*.jpg"))


def read_coco(folder: Path, path: Path) -> tuple["Picture", list[Box]]:
    """Returns a photograph of COCO128 with the boxes of its people."""
    from PIL import Image  # noqa: PLC0415  the extra `media`

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
    return picture, boxes


def _people(detector: "LocalDetector", marked: "Sequence[tuple[Picture, list[Box]]]") -> Table:
    """Returns how many people are found at each confidence."""
    views = [detector.look([picture])[0] for picture, _ in watched(marked, "photographs")]
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
    return Table("People and faces in photographs", columns, rows, note)


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
    for one in watched(drawn, "drawn pictures"):
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
