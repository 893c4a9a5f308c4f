"""What has been read and still stands is not read again, and whatever changes is."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inference.evaluation.media.drawn import LINES
from inference.evaluation.media.drawn_video import SCENE_S, write
from inference.media.child import decode
from inference.media.text.recognition import TextReader
from inference.media.text.rereading import Rereading
from inference.media.text.scene_text import once
from inference.media.types import Limits
from inference.object_detection.types import Box, TextBox

BANNER = TextBox("Ann met Bob", 0.9, Box(40, 200, 200, 220))


def frame(*lines, size=(640, 360), ground=(90, 110, 130), noise=0.0):
    """Draws (left, top, height, text) in light grey."""
    image = Image.new("RGB", size, ground)
    for left, top, height, text in lines:
        ImageDraw.Draw(image).text((left, top), text, (170, 170, 170), ImageFont.load_default(height))
    pixels = np.asarray(image, np.float64) + np.random.default_rng(1).normal(0, noise or 1e-9, (size[1], size[0], 3))
    return np.clip(pixels, 0, 255).astype(np.uint8)


def test_nothing_is_read_again_where_nothing_changes_but_by_a_codecs_noise():
    rereading = Rereading()
    assert rereading.parts(frame((40, 200, 16, "Ann met Bob"))) is None
    assert rereading.lines([BANNER]) == [BANNER]
    assert rereading.parts(frame((40, 200, 16, "Ann met Bob"), noise=2)) == []
    assert rereading.lines([]) == [BANNER]


@pytest.mark.parametrize("after", ["Ann met Rob", "Ann met Bo", "Ann met Bobi", "Ian met Bob", ""])
def test_a_faint_line_of_which_one_letter_changes_is_read_again_as_a_whole(after):
    rereading = Rereading()
    rereading.parts(frame((40, 200, 16, "Ann met Bob")))
    rereading.lines([BANNER])
    (part,) = rereading.parts(frame((40, 200, 16, after)))
    assert part.left <= BANNER.box.left < BANNER.box.right <= part.right
    assert part.top <= BANNER.box.top < BANNER.box.bottom <= part.bottom
    assert rereading.lines([]) == [], "what is read there counts, not what was"


def test_what_changes_elsewhere_is_read_and_what_stands_stays():
    rereading = Rereading()
    rereading.parts(frame((40, 200, 16, "Ann met Bob")))
    rereading.lines([BANNER])
    (part,) = rereading.parts(frame((40, 200, 16, "Ann met Bob"), (400, 40, 24, "Exit")))
    assert part.area < 0.1 * 640 * 360
    new, stray = TextBox("Exit", 0.9, Box(400, 40, 440, 64)), TextBox("Ann met", 0.8, Box(40, 200, 140, 220))
    assert rereading.lines([new, stray]) == [new, BANNER]


def test_a_change_so_slow_that_no_two_frames_differ_is_seen():
    rereading = Rereading()
    rereading.parts(frame())
    rereading.lines([])
    read = [rereading.parts(frame(ground=(90 + n, 110 + n, 130 + n))) for n in range(1, 9)]
    assert [bool(parts) for parts in read] == [False, False, False, True] * 2


def test_another_size_is_read_anew():
    rereading = Rereading()
    rereading.parts(frame())
    assert rereading.parts(frame(size=(320, 180))) is None


def test_the_banners_of_a_video_are_read_once_each_and_before_a_moving_square(tmp_path):
    path = tmp_path / "drawn.mp4"
    write(path, 3 * SCENE_S)
    frames = decode(path, Limits(10**7, 60, 24, 1280)).frames
    reader, rereading, read = TextReader(), Rereading(), []
    shares = []
    for one in frames:
        parts = rereading.parts(one.rgb)
        shares.append(1.0 if parts is None else sum(part.area for part in parts) / (640 * 360))
        read.append((one.scene, one.time, rereading.lines(reader.read(one.rgb, parts))))
    texts = once(read)
    assert [text.line.text for text in texts] == list(LINES[:3])
    assert all(SCENE_S * n <= t.start_s <= t.end_s <= SCENE_S * (n + 1) for n, t in enumerate(texts))
    assert sum(shares) < 0.75 * len(frames)
