"""Joins the detections of one object in several key frames of a scene.

From key frame to key frame, detections of one class are matched by the overlap of their boxes and the similarity of
their colours, best match first. What counts is where the box was, or where its content has moved to by the optical flow
of the frames between. A track ends at a cut: what looks similar after it may be another object.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.media.drift import moved
from inference.media.types import Frame
from inference.object_detection.types import Box, Detection

LEAST = 0.5
"""Mean of overlap (IoU) and similarity (histogram intersection) above which two detections are one object. Similarity
alone is not enough."""

_BINS = 4
"""Bins per colour channel of the histogram that describes an object's look."""


@dataclass(frozen=True, slots=True)
class Track:
    """An object and where it was seen.

    Attributes:
        label: Its class.
        score: Score of the detection with the highest score.
        begin: Seconds from the video's beginning to the first key frame that shows it; None in a picture.
        end: Seconds to the last key frame that shows it; None in a picture.
        frame: Seconds to the key frame of the detection with the highest score.
        box: Its box there, in pixels of the original: left, top, right, bottom.
        depth: Its median depth there.
        seen: How many key frames show it.
    """

    label: str
    score: float
    begin: float | None
    end: float | None
    frame: float | None
    box: tuple[float, float, float, float]
    depth: float | None
    seen: int


@dataclass(frozen=True, slots=True, eq=False)
class _Sight:
    frame: Frame
    detection: Detection
    look: NDArray[np.float64]


@dataclass(slots=True, eq=False)
class _Running:
    """A track that may go on, and where its object should be in the frame at hand."""

    sights: list[_Sight]
    expected: Box


def tracks(frames: Sequence[Frame], detections: Sequence[Sequence[Detection]]) -> list[Track]:
    """Returns the objects of a picture or video, in the order in which they appear.

    Args:
        frames: The picture, or key frames in order of time.
        detections: The detections in each.
    """
    scenes: dict[int, list[_Running]] = {}
    for frame, found in zip(frames, detections, strict=True):
        running = scenes.setdefault(frame.scene, [])
        # Sorted, so that the result does not depend on the detector's order.
        sights = [_Sight(frame, d, _look(frame.rgb, d.box)) for d in sorted(found, key=_place)]
        if frame.drift is not None:
            height, width = frame.rgb.shape[:2]
            for track in running:
                track.expected = moved(track.expected, frame.drift, width, height)
        taken: set[int] = set()
        for track, n in _matches(running, sights):
            if n not in taken and track.sights[-1].frame is not frame:
                track.sights.append(sights[n])
                track.expected = sights[n].detection.box
                taken.add(n)
        running += [_Running([sight], sight.detection.box) for n, sight in enumerate(sights) if n not in taken]
    return [_joined(track.sights) for running in scenes.values() for track in running]


def _matches(running: Sequence[_Running], sights: Sequence[_Sight]) -> Iterator[tuple[_Running, int]]:
    found = []
    for t, track in enumerate(running):
        for s, sight in enumerate(sights):
            before, box = track.sights[-1], sight.detection.box
            if before.detection.label == sight.detection.label:
                alike = float(np.minimum(before.look, sight.look).sum())
                overlap = max(before.detection.box.overlap(box), track.expected.overlap(box))
                score = (overlap + alike) / 2
                if score > LEAST:
                    found.append((-score, t, s))
    for _, t, s in sorted(found):
        yield running[t], s


def _look(rgb: NDArray[np.uint8], box: Box) -> NDArray[np.float64]:
    """Returns the colour histogram of what is in a box; it sums to 1."""
    height, width = rgb.shape[:2]
    left, top = max(0, int(box.left)), max(0, int(box.top))
    part = rgb[top : max(top + 1, min(height, int(box.bottom))), left : max(left + 1, min(width, int(box.right)))]
    bins = (part.reshape(-1, 3) // (256 // _BINS)).astype(np.int64) @ np.array([_BINS * _BINS, _BINS, 1])
    counts = np.bincount(bins, minlength=_BINS**3)
    return counts / max(1, int(counts.sum()))


def _place(detection: Detection) -> tuple[object, ...]:
    box = detection.box
    return detection.label, -detection.score, box.left, box.top, box.right, box.bottom


def _joined(track: Sequence[_Sight]) -> Track:
    best = max(track, key=lambda sight: sight.detection.score)
    box, scale = best.detection.box, best.frame.scale
    return Track(
        label=best.detection.label,
        score=best.detection.score,
        begin=track[0].frame.time,
        end=track[-1].frame.time,
        frame=best.frame.time,
        box=scaled(box, scale),
        depth=best.detection.depth.median if best.detection.depth else None,
        seen=len(track),
    )


def scaled(box: Box, scale: float) -> tuple[float, float, float, float]:
    """Returns a box in pixels of the original, rounded to a tenth."""
    left, top, right, bottom = (round(max(0.0, edge) * scale, 1) for edge in (box.left, box.top, box.right, box.bottom))
    return left, top, right, bottom
