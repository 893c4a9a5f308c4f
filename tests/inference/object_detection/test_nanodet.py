"""NanoDet's cells become boxes, and the people it finds get faces."""

import json

import numpy as np
import pytest

from inference.object_detection.local import LocalDetector
from inference.triton.served_code import served_code
from topology.demo.sample_pictures import face
from topology.models.nanodet import description
from topology.settings import REPOSITORY

FOLDER = REPOSITORY / "triton_models" / "object_detection" / "1"
CELLS, CLASSES, SIDES = 3549, 80, 44
PERSON, DOG = 0, 16


def cell(stride, column, row):
    """Returns a cell's number: stride 8 has 52 in a row, then come 26 and 13."""
    before = {8: 0, 16: 52 * 52, 32: 52 * 52 + 26 * 26}[stride]
    return before + row * (416 // stride) + column


def answer(*things):
    """Returns the network's answer with (cell, class, score, distances in strides to left, top, right, bottom)."""
    raw = np.zeros((CELLS, CLASSES + SIDES), np.float32)
    for number, kind, score, distances in things:
        raw[number, kind] = score
        logits = np.full((4, 11), -50, np.float32)
        for side, distance in enumerate(distances):
            low = int(distance)
            part = distance - low
            # Two neighbours as likely as it takes for the expectation to be the distance.
            logits[side, low] = np.log(1 - part)
            if part:
                logits[side, low + 1] = np.log(part)
        raw[number, CLASSES:] = logits.reshape(-1)
    return raw


class Session:
    """Answers each picture with what is given, and keeps what it saw."""

    def __init__(self, raw):
        self.raw = raw
        self.seen = []

    def run(self, _outputs, feeds):
        (batch,) = feeds.values()
        self.seen.append(batch)
        return [np.repeat(self.raw[None], len(batch), 0)]


@pytest.fixture
def look(tmp_path, monkeypatch):
    def look(raw, *pictures, **changed):
        (tmp_path / "network.json").write_text(json.dumps(description("0" * 64) | changed))
        session = Session(raw)
        served = served_code(FOLDER, "detector")
        monkeypatch.setattr(served, "in_process", lambda *_: lambda *_: session)
        return LocalDetector(FOLDER, weights=tmp_path).look(pictures), session.seen

    return look


def test_boxes_are_expected_distances_from_the_cells_centre_in_the_pictures_own_pixels(look):
    # 832 x 416 is halved, and stands 104 pixels below the square's upper edge. The cell's centre is (208, 208).
    raw = answer((cell(32, 6, 6), DOG, 0.9, (2, 1.5, 3.25, 1)))
    ((view,), _) = look(raw, np.zeros((416, 832, 3), np.uint8))
    (dog,) = view.detections
    assert (dog.label, round(dog.score, 3)) == ("dog", 0.9)
    box = (dog.box.left, dog.box.top, dog.box.right, dog.box.bottom)
    assert box == pytest.approx((288, 112, 624, 272), abs=0.1)


def test_pictures_are_given_blue_first_normalised_in_a_black_square(look):
    picture = np.zeros((208, 416, 3), np.uint8)
    picture[..., 0] = 255
    _, (batch,) = look(answer(), picture)
    assert batch.shape == (1, 3, 416, 416)
    blue, green, red = batch[0, :, 208, 208]
    assert (blue, green, red) == pytest.approx((-103.53 / 57.375, -116.28 / 57.12, (255 - 123.675) / 58.395), abs=1e-4)
    assert batch[0, 2, 50, 50] == pytest.approx(-123.675 / 58.395, abs=1e-4)


def test_pictures_run_in_batches(look):
    views, seen = look(answer(), *[np.zeros((40, 40, 3), np.uint8)] * 11)
    assert [len(batch) for batch in seen] == [8, 3]
    assert len(views) == 11


def test_of_one_object_the_surest_box_stays_and_an_unsure_one_is_not_reported(look):
    raw = answer(
        (cell(32, 6, 6), DOG, 0.6, (3, 3, 3, 3)),
        (cell(32, 6, 7), DOG, 0.8, (3, 3.5, 3, 2.5)),
        (cell(32, 1, 1), DOG, 0.39, (1, 1, 1, 1)),
    )
    ((view,), _) = look(raw, np.zeros((416, 416, 3), np.uint8))
    assert [round(d.score, 2) for d in view.detections] == [0.8]


def test_faces_are_found_in_people_even_barely_seen_ones_and_nowhere_else(look):
    picture = np.full((416, 416, 3), 150, np.uint8)
    picture[20:260, 20:220] = face()
    person = (cell(32, 3, 4), PERSON, 0.3, (3.4, 4.4, 4, 5))
    ((view,), _) = look(answer(person), picture)
    assert [d.label for d in view.detections] == ["face"]
    found = view.detections[0].box
    assert abs((found.left + found.right) / 2 - 120) < 25
    assert abs((found.top + found.bottom) / 2 - 140) < 40
    elsewhere = (cell(32, 11, 6), PERSON, 0.9, (1, 5, 1, 5))
    ((view,), _) = look(answer(elsewhere), picture)
    assert [d.label for d in view.detections] == ["person"]
    ((view,), _) = look(answer(), picture)
    assert view.detections == []


def test_a_head_is_looked_for_where_people_have_it(look):
    """Both people are as wide as the face and three times as high; the second has the face at its feet."""
    picture = np.full((832, 832, 3), 150, np.uint8)
    picture[40:280, 100:300] = face()
    picture[500:740, 500:700] = face()
    people = [(cell(32, 3, 5), PERSON, 0.9, (2, 5, 1.25, 6)), (cell(32, 9, 7), PERSON, 0.8, (2, 5.5, 1.5, 4.5))]
    ((view,), _) = look(answer(*people), picture)
    (found,) = [d.box for d in view.detections if d.label == "face"]
    assert abs((found.left + found.right) / 2 - 200) < 25
    assert abs((found.top + found.bottom) / 2 - 160) < 40
    assert len(view.detections) == 3


class Counted:
    """Finds no face and counts the pixels that it searches."""

    def __init__(self):
        self.pixels = []

    def find(self, picture, smallest, *, profiles):
        assert (smallest, profiles) == (24, False)
        self.pixels.append(picture.shape[0] * picture.shape[1])
        return np.zeros((0, 4)), np.zeros(0)


def test_faces_of_a_crowd_are_sought_in_a_bounded_number_of_pixels_the_largest_people_first():
    served = served_code(FOLDER, "people_with_faces")
    people = np.array([[x, y, x + 100, y + 200] for x in range(0, 860, 20) for y in range(0, 760, 40)], np.float32)
    people = np.concatenate([people, [[0, 0, 500, 900]]])

    class Crowd:
        labels, name, version = ["person"], "crowd", "1"

        def detect(self, pictures):
            count = len(people)
            return [served.Detections(people, np.zeros(count, np.int32), np.full(count, 0.5)) for _ in pictures]

    detector = served.PeopleWithFaces(Crowd(), {"least_score": 0.4})
    detector._faces = Counted()
    detector.detect([np.zeros((960, 960, 3), np.uint8)])
    searched = detector._faces.pixels
    assert searched[0] == max(searched) > 2 * searched[1]
    assert 5 < len(searched) < len(people) / 4
    assert sum(searched) <= 12 * 200 * 200


@pytest.mark.parametrize("shape", [(1, 1), (1, 960), (960, 1), (7, 900), (960, 540)])
def test_pictures_of_any_shape_are_looked_at(look, shape):
    people = [(cell(8, x, y), PERSON, 0.9, (0, 0, d, d)) for x, y, d in ((0, 0, 9), (26, 26, 0.01), (26, 26, 9))]
    ((view,), _) = look(answer(*people), np.zeros((*shape, 3), np.uint8))
    for box in (d.box for d in view.detections):
        assert 0 <= box.left < box.right <= shape[1]
        assert 0 <= box.top < box.bottom <= shape[0]


def test_as_many_cells_as_there_are_stay_bounded(look):
    every = np.zeros((CELLS, CLASSES + SIDES), np.float32)
    every[:, :CLASSES] = 0.9
    ((view,), _) = look(every, np.zeros((416, 416, 3), np.uint8))
    assert len(view.detections) == 100
