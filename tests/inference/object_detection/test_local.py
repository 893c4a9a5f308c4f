"""What a version folder holds is what looks: a network, in any of three layouts, or opencv's own detectors."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from inference.object_detection.detector import fit
from inference.object_detection.local import LocalDetector
from topology.demo.sample_pictures import face
from topology.settings import REPOSITORY

FOLDER = REPOSITORY / "triton_models" / "object_detection" / "1"
TINY = Path(__file__).parent.parent / "data" / "vision"
"""`network.onnx` calls red and blue cells of 8 pixels so, `depth.onnx` calls bright things near."""


@pytest.fixture(scope="module")
def tiny():
    return LocalDetector(FOLDER, weights=TINY)


def scene(height, width):
    """A red and a blue patch on black, each a quarter of the picture's sides."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[: height // 4, : width // 4, 0] = 255
    picture[-height // 4 :, -width // 4 :, 2] = 255
    return picture


@pytest.mark.parametrize("height, width", [(64, 64), (128, 256), (160, 100), (1200, 1600)])
def test_boxes_come_back_in_the_pictures_own_pixels(tiny, height, width):
    (view,) = tiny.look([scene(height, width)])
    assert {d.label for d in view.detections} == {"red", "blue"}
    assert (view.model, view.version) == ("tiny", "1")
    for detection in view.detections:
        x = (detection.box.left + detection.box.right) / 2 / width
        y = (detection.box.top + detection.box.bottom) / 2 / height
        near = (x < 0.4 and y < 0.4) if detection.label == "red" else (x > 0.6 and y > 0.6)
        assert near, detection
        assert 0 <= detection.box.left < detection.box.right <= width
        assert 0 <= detection.box.top < detection.box.bottom <= height


def test_a_picture_is_seen_alike_alone_and_in_company(tiny):
    pictures = [scene(64, 64), scene(128, 256), scene(90, 70), scene(64, 80), scene(300, 100)]
    together = tiny.look(pictures)
    for picture, view in zip(pictures, together, strict=True):
        (alone,) = tiny.look([picture])
        assert alone.detections == view.detections


def test_depth_tells_the_near_from_the_far(tiny):
    picture = np.zeros((100, 200, 3), np.uint8)
    picture[:, :50] = (255, 40, 40)
    picture[:, 150:] = (0, 0, 120)
    (view,) = tiny.look([picture])
    assert view.depth is not None
    assert view.depth.shape == (128, 256)
    assert (view.depth.min(), view.depth.max()) == (0, 1)
    red = max(d.depth.median for d in view.detections if d.label == "red")
    blue = min(d.depth.median for d in view.detections if d.label == "blue")
    assert red < 0.1
    assert blue > 0.4


def test_without_networks_opencv_detects_and_there_is_no_depth(tmp_path):
    shipped = LocalDetector(FOLDER, weights=tmp_path)
    assert shipped.labels.labels == ("face", "person")
    (view,) = shipped.look([np.full((200, 300, 3), 90, np.uint8)])
    assert view.detections == []
    assert view.depth is None


def test_a_drawn_face_is_found_where_it_is(tmp_path):
    picture = np.full((400, 600, 3), 150, np.uint8)
    picture[100:340, 300:500] = face()
    (view,) = LocalDetector(FOLDER, weights=tmp_path).look([picture])
    found = [d for d in view.detections if d.label == "face"]
    assert found
    assert 0.25 <= found[0].score <= 1
    assert abs((found[0].box.left + found[0].box.right) / 2 - 400) < 25
    assert abs((found[0].box.top + found[0].box.bottom) / 2 - 220) < 40


def test_large_pictures_are_scaled_down_and_small_ones_left_alone():
    assert fit(np.zeros((3000, 1500, 3), np.uint8)).shape == (960, 480, 3)
    small = np.zeros((10, 20, 3), np.uint8)
    assert fit(small) is small


def weights(folder, layout, **more):
    told = json.loads((TINY / "network.json").read_text()) | {"layout": layout, **more}
    (folder / "network.json").write_text(json.dumps(told))
    shutil.copy(TINY / "network.onnx", folder)
    return folder


class Session:
    """A network that always answers the same, for layouts that the tiny one does not have."""

    def __init__(self, answer):
        self.answer = np.asarray(answer, np.float32)
        self.seen = None

    def run(self, _outputs, feeds):
        (self.seen,) = feeds.values()
        return [self.answer[None]]


def detect(monkeypatch, folder, answer, picture):
    local = LocalDetector(FOLDER, weights=folder)
    session = Session(answer)
    monkeypatch.setattr(local._detector, "_session", session)
    (view,) = local.look([picture])
    return view.detections, session.seen


def test_end_to_end_networks_are_taken_at_their_word(tmp_path, monkeypatch):
    # A picture twice as wide as high is scaled by 64/128 and stands 16 pixels below the square's upper edge.
    rows = [[10, 26, 30, 36, 0.9, 1], [11, 26, 30, 36, 0.8, 1], [0, 0, 5, 5, 0.1, 0]]
    found, _ = detect(monkeypatch, weights(tmp_path, "end-to-end"), rows, np.zeros((64, 128, 3), np.uint8))
    assert [(d.label, round(d.score, 2)) for d in found] == [("blue", 0.9), ("blue", 0.8)]
    box = found[0].box
    assert (box.left, box.top, box.right, box.bottom) == (20, 20, 60, 40)


def test_yolox_cells_are_decoded_and_pictures_given_blue_first_in_the_corner(tmp_path, monkeypatch):
    # Side 64 gives 64 cells of 8, then 16 of 16, then 4 of 32. Cell 9 of the first lies at (1, 1).
    rows = np.zeros((84, 7))
    rows[9] = [0.5, 0.5, np.log(2), np.log(2), 0.9, 1.0, 0.0]
    rows[64 + 5] = [0.25, 0.0, 0.0, 0.0, 0.8, 0.0, 0.9]
    picture = np.zeros((32, 64, 3), np.uint8)
    picture[:, :, 0] = 200
    found, seen = detect(monkeypatch, weights(tmp_path, "yolox"), rows, picture)
    assert [(d.label, round(d.score, 2)) for d in found] == [("red", 0.9), ("blue", 0.72)]
    first, second = found[0].box, found[1].box
    assert (first.left, first.top, first.right, first.bottom) == (4, 4, 20, 20)
    assert (second.left, second.top, second.right, second.bottom) == (12, 8, 28, 24)
    assert seen[0, 2, 0, 0] == 200
    assert seen[0, 0, 0, 0] == 0
    assert seen[0, 0, 40, 0] == 114


def test_of_boxes_that_overlap_the_surest_of_each_class_stays(tmp_path, monkeypatch):
    rows = np.zeros((6, 4))
    rows[:, 0] = [20, 20, 20, 20, 0.9, 0.0]
    rows[:, 1] = [21, 20, 20, 20, 0.8, 0.0]
    rows[:, 2] = [20, 20, 20, 20, 0.0, 0.7]
    rows[:, 3] = [50, 50, 10, 10, 0.6, 0.0]
    found, _ = detect(monkeypatch, weights(tmp_path, "rows"), rows, np.zeros((64, 64, 3), np.uint8))
    assert [(d.label, round(d.score, 1)) for d in found] == [("red", 0.9), ("blue", 0.7), ("red", 0.6)]
