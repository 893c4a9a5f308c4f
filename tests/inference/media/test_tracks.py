"""An object seen in several key frames is one object; two objects are two."""

import numpy as np

from inference.media.tracks import tracks
from inference.media.types import Frame
from inference.object_detection.types import Box, Depth, Detection


def frame(time: float | None, scene: int = 0, scale: float = 1.0, colours: dict[int, int] | None = None) -> Frame:
    rgb = np.zeros((100, 100, 3), np.uint8)
    for left, colour in (colours or {}).items():
        rgb[:, left : left + 20] = colour
    return Frame(rgb, scale, time, scene)


def at(left: float, label: str = "person", score: float = 0.9, depth: float | None = None) -> Detection:
    told = None if depth is None else Depth(depth, depth, 0, depth, depth)
    return Detection(label, score, Box(left, 10, left + 20, 60), told)


def test_an_object_that_moves_is_one_with_its_time_span_and_its_surest_box():
    frames = [frame(0.5), frame(2.5), frame(4.5)]
    (track,) = tracks(frames, [[at(10, score=0.6)], [at(14, score=0.9, depth=0.25)], [at(20, score=0.7)]])
    assert (track.begin, track.end, track.frame, track.seen) == (0.5, 4.5, 2.5, 3)
    assert (track.score, track.box, track.depth) == (0.9, (14, 10, 34, 60), 0.25)


def test_two_beside_each_other_stay_two_and_looks_decide_between_them():
    before, after = frame(0, colours={0: 250, 30: 60}), frame(2, colours={10: 250, 40: 60})
    found = tracks([before, after], [[at(0, score=0.8), at(30, score=0.7)], [at(10, score=0.6), at(40, score=0.95)]])
    assert [(t.seen, t.score) for t in found] == [(2, 0.8), (2, 0.95)]


def test_another_class_another_scene_and_another_place_are_others():
    frames = [frame(0), frame(2), frame(4, scene=1)]
    found = tracks(frames, [[at(0)], [at(0, "dog"), at(75)], [at(0)]])
    assert [(t.label, t.begin, t.seen) for t in found] == [
        ("person", 0, 1),
        ("dog", 2, 1),
        ("person", 2, 1),
        ("person", 4, 1),
    ]


def test_boxes_are_in_pixels_of_the_original_and_order_does_not_matter():
    given = [at(10), at(50, "dog")]
    one = tracks([frame(None, scale=2.5)], [given])
    assert one == tracks([frame(None, scale=2.5)], [given[::-1]])
    assert one[1].box == (25, 25, 75, 150)
    assert (one[0].begin, one[0].end, one[0].frame) == (None, None, None)
