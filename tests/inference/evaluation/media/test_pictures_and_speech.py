"""What the reports on pictures and speech count."""

from pathlib import Path

import numpy as np
import pytest

from inference.evaluation.distance import edits
from inference.evaluation.media.drawn import KINDS, LINES, draw
from inference.evaluation.media.drawn import captioned as captioned_pictures
from inference.evaluation.media.pictures import coco_files, matches, read_coco
from inference.evaluation.media.pictures_search import covered
from inference.evaluation.media.speech import clips_of
from inference.object_detection.types import Box

VISION = Path(__file__).parents[2] / "data" / "vision"
"""A tiny network, so that the test does not depend on the one that is installed."""


@pytest.mark.parametrize(
    "said, heard, wrong",
    [
        ("ten of clubs", "ten of clubs", 0),
        ("ten of clubs", "ten clubs", 1),
        ("ten of clubs", "ten of the clubs", 1),
        ("ten of clubs", "then of gloves", 2),
        ("ten of clubs", "", 3),
        ("", "noise", 1),
    ],
)
def test_errors_are_words_replaced_left_out_and_put_in(said, heard, wrong):
    assert edits(said.split(), heard.split()) == wrong


def test_a_marked_box_counts_once():
    marked = [Box(0, 0, 10, 10), Box(20, 0, 30, 10)]
    assert matches([Box(0, 0, 10, 9), Box(1, 0, 10, 10)], marked) == 1
    assert matches([Box(0, 0, 10, 9), Box(20, 1, 30, 10)], marked) == 2
    assert matches([Box(5, 0, 15, 10)], marked) == 0
    assert matches([], marked) == 0


def test_drawn_pictures_hold_every_line_in_every_kind_alike_each_time():
    drawn = list(draw(7))
    assert {(d.kind, d.text) for d in drawn} == {(kind, line) for kind in KINDS for line in LINES}
    assert all(d.picture.shape == (200, 640, 3) and d.picture.std() > 3 for d in drawn)
    for one, again in zip(drawn, draw(7), strict=True):
        np.testing.assert_array_equal(one.picture, again.picture)


def test_clips_are_read_with_what_is_said(tmp_path):
    for part, line in (("librivox", "<s> he was not </s> (a-1)"), ("cards", "<s> ten of clubs  </s> (001)")):
        folder = tmp_path / "test" / part
        folder.mkdir(parents=True)
        (folder / ("transcription" if part == "librivox" else "cards.transcription")).write_text(line + "\n")
    clips = clips_of(tmp_path)
    assert [(c.part, c.path.name, c.words[:3]) for c in clips] == [
        ("LibriVox", "a-1.wav", ["he", "was", "not"]),
        ("playing cards", "001.wav", ["ten", "of", "clubs"]),
        ("Kennedy", "jfk.flac", ["and", "so", "my"]),
    ]


def test_marked_people_are_in_pixels(tmp_path):
    from PIL import Image  # noqa: PLC0415

    pictures, labels = tmp_path / "images" / "train2017", tmp_path / "object_detection" / "labels" / "train2017"
    pictures.mkdir(parents=True)
    labels.mkdir(parents=True)
    for name in ("1", "2"):
        Image.new("L", (200, 100)).save(pictures / f"{name}.jpg")
    (labels / "1.txt").write_text("0 0.5 0.5 0.5 1.0\n16 0.1 0.1 0.1 0.1\n")
    (first, boxes), (_, none) = [read_coco(tmp_path, path) for path in coco_files(tmp_path)]
    assert first.shape == (100, 200, 3)
    assert boxes == [Box(50, 0, 150, 100)]
    assert none == []


def test_speeds_stand_beside_the_bare_ones(tmp_path):
    from inference.evaluation.media.pictures_speed import speed  # noqa: PLC0415
    from inference.media.text.recognition import TextReader  # noqa: PLC0415
    from inference.object_detection.local import DETECTION_MODEL, LocalDetector  # noqa: PLC0415
    from topology.demo.sample_pictures import write  # noqa: PLC0415
    from topology.settings import REPOSITORY  # noqa: PLC0415

    write(tmp_path)
    detector = LocalDetector(REPOSITORY / "triton_models" / DETECTION_MODEL / "1", weights=VISION)
    pictures, video, told = speed(detector, TextReader(), [tmp_path / "road-sign.png"], 1, seconds=1)
    rates = {row[0]: row[1:] for row in pictures.rows + video.rows}
    read, whole = rates["reading text"], rates["all of it: decoding, objects, text"]
    assert 0 < read[1] <= 1.2, "with its own networks inside, reading is hardly faster than they are"
    parts = ("decoding, with colours and EXIF", f"objects ({detector.labels.model})", "reading text")
    # Seconds a picture; what else runs on the machine may slow each of them down, but hardly by half.
    assert 1 / whole[0] > 0.5 * sum(1 / rates[part][0] for part in parts), "all of it has all parts"
    bare = rates["bare PyAV, decoding every frame"]
    assert bare[1] is None
    assert rates["decoding, with scenes, motion and key frames"][0] < bare[0]
    assert told.rows[0] == ("texts", 1, 1, 1)


def test_the_search_is_measured_by_what_it_leaves_out():
    from inference.evaluation.media.pictures_search import search  # noqa: PLC0415
    from inference.media.text.recognition import TextReader  # noqa: PLC0415

    ground = np.full((240, 320, 3), 90, np.uint8)
    captioned = list(captioned_pictures([ground]))
    assert [one.picture.shape for one in captioned] == [(960, 1280, 3)] * 2
    reader = TextReader()
    recall, cost = search(reader, [ground], captioned)
    assert [(row[0], row[2], row[4]) for row in recall.rows] == [
        ("caption over a photograph, 14 px", 1, 1),
        ("caption over a photograph, 20 px", 1, 1),
    ]
    assert [row[:2] for row in cost.rows][2:] == [("photographs without text", 1)]
    assert all(0 < row[3] < row[6] for row in cost.rows), "seconds: less than everywhere at full size"
    reader.search.places = lambda *_: []
    blind, _ = search(reader, [], captioned)
    assert [row[2:] for row in blind.rows] == [(0, 0, 0)] * 2


def test_a_line_is_covered_by_the_places_that_hold_it():
    assert covered(Box(0, 0, 10, 10), [Box(0, 0, 5, 10), Box(5, 0, 8, 10)]) == pytest.approx(0.8)
    assert covered(Box(0, 0, 10, 10), [Box(20, 0, 30, 10)]) == 0
    assert covered(Box(3, 3, 3, 9), [Box(0, 0, 10, 10)]) == 0
