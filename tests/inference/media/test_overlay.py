"""What is drawn onto pictures stands where it was seen, and can be read."""

from itertools import combinations

import numpy as np
import pytest

from inference.media.drawing.overlay import Sight, overlay
from inference.media.drawing.tags import Area, place
from inference.object_detection.types import Box, Depth, Detection, TextBox

GREY = np.full((240, 320, 3), 128, np.uint8)
MARGIN, HEAD = 16, 45
"""Pixels left of a picture in its row, and above it."""


def pixels(*sights):
    return np.asarray(overlay(sights)).astype(int)


def reddish(rgb):
    return (rgb[..., 0] > 180) & (rgb[..., 1] < 90) & (rgb[..., 2] < 110)


def test_an_object_has_its_box_where_it_is_and_nothing_else_is_painted():
    seen = pixels(Sight(GREY, "one", [Detection("dog", 0.9, Box(80, 60, 160, 180))]))
    shown = seen[HEAD : HEAD + 480, MARGIN : MARGIN + 640]  # enlarged twice
    rows, columns = np.nonzero(reddish(shown[120:]))
    assert (rows.min(), rows.max()) == (0, 359 - 120)
    assert (columns.min(), columns.max()) == (160, 319)
    inside = shown[130:350, 170:310]
    assert (inside == 128).all()
    assert (shown[400:, :] == 128).all()


def test_classes_differ_in_colour_and_things_of_a_class_do_not():
    things = [
        Detection("dog", 0.9, Box(10, 150, 60, 200)),
        Detection("cat", 0.8, Box(110, 150, 160, 200)),
        Detection("dog", 0.7, Box(210, 150, 260, 200)),
    ]
    shown = pixels(Sight(GREY, "", things))[HEAD:, MARGIN:]
    one, other, again = (tuple(shown[350, 2 * left + 1]) for left in (10, 110, 210))
    assert one == again
    assert one != other


def test_depth_is_a_second_view_in_which_near_is_bright():
    depth = np.zeros((24, 32), np.float32)
    depth[:, 16:] = 1
    plain, deep = pixels(Sight(GREY, "")), pixels(Sight(GREY, "", depth=depth))
    assert deep.shape[1] == plain.shape[1] + 640 + MARGIN
    view = deep[HEAD : HEAD + 480, 2 * MARGIN + 640 : 2 * MARGIN + 1280]
    assert view[:, 100].mean() > view[:, 540].mean() + 100


def test_a_long_list_and_letters_of_any_script_are_no_trouble():
    texts = [TextBox("新闻 " * 40, 0.9, Box(0, 0, 320, 5)) for _ in range(60)]
    far = Depth(0.5, 0.5, 0, 0, 1)
    tall = overlay([Sight(GREY, "标题", [Detection("dog", 0.9, Box(-5, -5, 400, 400), far)], texts)])
    assert tall.height < 700


def test_letters_that_the_typeface_lacks_have_something_in_their_place():
    def row(note):
        return overlay([Sight(GREY, "", notes=[note])]).tobytes()

    assert row("Orbán — né à Győr → 新") == row("Orban - ne a Gyor -> ·")


def test_long_lines_go_on_in_the_next():
    short, long = (pixels(Sight(GREY, "", notes=["word " * n]))[HEAD:, 680:] for n in (5, 60))
    assert np.nonzero((short < 200).any(axis=(1, 2)))[0].max() < 25
    assert 60 < np.nonzero((long < 200).any(axis=(1, 2)))[0].max() < 200
    assert (long[:, -4:] > 200).all(), "nothing runs out of the picture"


def test_pictures_stand_one_below_the_other():
    one, two = overlay([Sight(GREY, "a")]), overlay([Sight(GREY, "a"), Sight(GREY[:, :100], "b")])
    assert two.height == 2 * one.height
    with pytest.raises(ValueError, match="no picture"):
        overlay([])


def test_tags_of_stacked_lines_cover_no_other_tag_and_stay_in_the_picture():
    boxes = [Area(100, 20 * n, 300, 20 * n + 20) for n in range(12)]
    taken = []
    for box in boxes:
        taken.append(place((30, 20), box, taken, boxes, (400, 240)))
    assert all(one.shared(other) == 0 for one, other in combinations(taken, 2))
    assert all(a.left >= 0 and a.top >= 0 and a.right <= 400 and a.bottom <= 240 for a in taken)
    assert sum(area.shared(box) for area in taken for box in boxes) == 0


def test_a_tag_stands_above_its_box_unless_there_is_no_room():
    assert place((30, 20), Area(50, 50, 90, 90), [], [], (200, 200)) == Area(50, 30, 80, 50)
    box = Area(0, 0, 200, 150)
    assert place((30, 20), box, [], [box], (200, 200)) == Area(0, 150, 30, 170)
