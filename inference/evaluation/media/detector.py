"""The detector of COCO's classes: how well it finds them in COCO128's photographs, and how long a picture takes."""

import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inference.evaluation.media.average_precision import Found, Marked, average_precision, matched
from inference.evaluation.media.pictures import coco_files
from inference.evaluation.progress import watched
from inference.evaluation.report import Aim, Cell, Context, DataMissing, Report, Table
from inference.evaluation.timing import best_seconds
from inference.object_detection.types import Box
from topology.settings import settings

if TYPE_CHECKING:
    from inference.object_detection.depth import Picture
    from inference.object_detection.local import LocalDetector

QUICK, TIMED, ROUNDS = 8, 64, 3

_LEAST = 0.01
"""Least score for average precision, which looks at all detections in order."""

_THRESHOLDS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.6)
_AIMS = {"mAP50": 0.45, "precision of people": 0.8, "ms a picture": 60}
"""For what is reported by default, with faces."""

_OVERLAPS = [round(0.5 + step * 0.05, 2) for step in range(10)]

ByClass = dict[str, list[tuple[list[Found], list[Box]]]]
"""For each class what was found and marked of it in each picture."""


def evaluate(context: Context) -> Report:
    """Measures the network in the model repository on all photographs of COCO128.

    Raises:
        DataMissing: The photographs or the network are not there.
    """
    from inference.object_detection.local import DETECTION_MODEL, LocalDetector  # noqa: PLC0415

    folder = context.need("vision", "coco128")
    served = settings().models / DETECTION_MODEL / "1"
    description = _description(served)
    labels, least = description["labels"], description["least_score"]
    files = coco_files(folder)[: QUICK if context.quick else None]
    read = [read_objects(folder, path, labels) for path in files]
    pictures, marked = [picture for picture, _ in read], [boxes for _, boxes in read]
    with tempfile.TemporaryDirectory(prefix="triplewire-detector-") as name:
        everything = LocalDetector(served, weights=_changed(served, Path(name) / "all", _LEAST))
        found = [_objects(everything, picture) for picture in watched(pictures, "photographs")]
        bare = LocalDetector(served, weights=_changed(served, Path(name) / "bare", least))
    shipped = LocalDetector(served)
    by_class = _by_class(found, marked)
    timed = pictures[:: max(1, len(pictures) // TIMED)][:TIMED]
    average = _average(by_class)
    speed = _speed({"objects": bare, "objects, and faces in people": shipped}, timed)
    people, right = _hits([by_class["person"]], least)
    return Report(
        title="The detector",
        about=f"`{shipped.labels.model}` (ONNX {description['version']}, built by `triplewire models build nanodet`) "
        f"finds COCO's {len(labels)} classes and reports what scores {least:g} or more. A box is "
        "right if it overlaps a marked one of its class by half (intersection over union).",
        sources=(f"vision/coco128 (CC BY 4.0): {len(files)} photographs, {sum(map(len, marked))} boxes",),
        tables=[
            average,
            _thresholds("People", [by_class["person"]]),
            _thresholds("All classes together", list(by_class.values())),
            _faces(shipped, read),
            speed,
        ],
        aims=[
            Aim("mAP50 on COCO128", float(average.rows[0][1] or 0), _AIMS["mAP50"]),
            Aim(
                f"precision of people from {least:g} on", right / people if people else 0, _AIMS["precision of people"]
            ),
            Aim("ms a picture, with faces", float(speed.rows[-1][1] or 0), _AIMS["ms a picture"], at_most=True),
        ],
        notes=[
            (
                "**Inflated**: COCO128's photographs are from COCO's training part, so the network has learned from "
                "them. On COCO 2017 val its publisher reports 0.229 mAP50-95. For other pictures these numbers are "
                "upper limits."
            ),
            (
                "Average precision is COCO's: precision at 101 recalls, a mean over the classes that are marked here. "
                "Speed is in milliseconds of the processor, one thread, the best of three rounds, pictures one by one."
            ),
        ],
    )


def _description(served: Path) -> dict[str, Any]:
    """Returns the description of the built network."""
    file = served / "network.json"
    description: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if description.get("layout") != "nanodet":
        raise DataMissing(f"{served} does not have NanoDet; run `triplewire models build nanodet`")
    return description


def _changed(served: Path, folder: Path, least: float) -> Path:
    """Writes the served network with another least score, and without faces; returns the folder."""
    folder.mkdir()
    (folder / "network.onnx").symlink_to(served.resolve() / "network.onnx")
    # With faces, people are sought from the lower of two scores on: what is measured here must not depend on it.
    description = _description(served) | {"least_score": least, "faces_in_people": None}
    (folder / "network.json").write_text(json.dumps(description), encoding="utf-8")
    return folder


def read_objects(folder: Path, path: Path, labels: Sequence[str]) -> "tuple[Picture, list[Marked]]":
    """Returns a photograph of COCO128 with its marked objects."""
    from PIL import Image  # noqa: PLC0415  the extra `media`

    with Image.open(path) as image:
        picture = np.asarray(image.convert("RGB"))
    height, width = picture.shape[:2]
    rows = folder / "object_detection" / "labels" / "train2017" / f"{path.stem}.txt"
    marked = []
    for line in rows.read_text(encoding="utf-8").splitlines() if rows.exists() else []:
        kind, x, y, w, h = map(float, line.split()[:5])
        box = Box((x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height)
        marked.append(Marked(labels[int(kind)], box))
    return picture, marked


def _objects(detector: "LocalDetector", picture: "Picture") -> list[Found]:
    (view,) = detector.look([picture])
    return [Found(d.label, d.box, d.score) for d in view.detections]


def _by_class(found: Sequence[list[Found]], marked: Sequence[list[Marked]]) -> ByClass:
    return {
        kind: [
            ([f for f in some if f.label == kind], [m.box for m in wanted if m.label == kind])
            for some, wanted in zip(found, marked, strict=True)
        ]
        for kind in sorted({f.label for some in found for f in some} | {m.label for wanted in marked for m in wanted})
    }


def _average(by_class: ByClass) -> Table:
    scores: dict[float, list[float]] = defaultdict(list)
    for pictures in by_class.values():
        if any(boxes for _, boxes in pictures):
            for overlap in _OVERLAPS:
                scores[overlap].append(average_precision(pictures, overlap))
    rows: list[tuple[Cell, ...]] = [
        ("mAP50", float(np.mean(scores[0.5]))),
        ("mAP50-95", float(np.mean([np.mean(each) for each in scores.values()]))),
    ]
    return Table("Average precision", ("measure", "value"), rows, f"Mean of {len(scores[0.5])} marked classes.")


def _thresholds(title: str, classes: Sequence[list[tuple[list[Found], list[Box]]]]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    everything = sum(len(boxes) for pictures in classes for _, boxes in pictures)
    for least in _THRESHOLDS:
        found, right = _hits(classes, least)
        rows.append((least, found, right / found if found else None, right / max(1, everything)))
    return Table(title, ("score at least", "found", "precision", "recall"), rows, f"{everything} are marked.")


def _hits(classes: Sequence[list[tuple[list[Found], list[Box]]]], least: float) -> tuple[int, int]:
    """Returns how many objects are found from a score on, and how many of them are right."""
    hits = [
        hit
        for pictures in classes
        for some, boxes in pictures
        for hit in matched([f for f in some if f.score >= least], boxes, 0.5)
    ]
    return len(hits), sum(hits)


def _faces(detector: "LocalDetector", read: "Sequence[tuple[Picture, list[Marked]]]") -> Table:
    found = inside = 0
    for picture, marked in watched(read, "photographs"):
        people = [m.box for m in marked if m.label == "person"]
        for face in (d.box for d in detector.look([picture])[0].detections if d.label == "face"):
            x, y = (face.left + face.right) / 2, (face.top + face.bottom) / 2
            found += 1
            inside += any(p.left <= x < p.right and p.top <= y < p.bottom for p in people)
    note = "Faces are not marked: one counts as right where its centre lies on a marked person."
    return Table("Faces", ("found", "of them on a person"), [(found, inside / found if found else None)], note)


def _speed(detectors: "dict[str, LocalDetector]", pictures: "Sequence[Picture]") -> Table:
    runs = {
        name: lambda detector=detector: [detector.look([picture]) for picture in pictures]
        for name, detector in detectors.items()
    }
    seconds = best_seconds(runs, ROUNDS, time.process_time)
    rows: list[tuple[Cell, ...]] = [(name, 1000 * seconds[name] / len(pictures)) for name in runs]
    return Table("Speed", ("what", "ms a picture"), rows, f"{len(pictures)} photographs, longest side 640 pixels.")
