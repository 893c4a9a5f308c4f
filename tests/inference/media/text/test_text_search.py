"""The cheap search for text: it finds where text is, sees none where there is none, and costs less than reading."""

import time

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inference.media.text.recognition import TextReader
from inference.media.text.search import PIXELS, united
from inference.media.text.tiles import cuts
from inference.object_detection.types import Box


@pytest.fixture(scope="module")
def reader():
    return TextReader()


def picture(*lines, size=(1280, 720), ground=(90, 110, 130)):
    """Draws (left, top, height, text) in white, with the typeface that Pillow carries."""
    image = Image.new("RGB", size, ground)
    for left, top, height, text in lines:
        ImageDraw.Draw(image).text((left, top), text, "white", ImageFont.load_default(height))
    return np.asarray(image)


def test_only_places_with_text_are_found_and_they_hold_all_of_it(reader):
    first, second = reader.search.places(picture((100, 80, 32, "Harbour closed"), (700, 600, 18, "Photo: A. Berg")))
    assert (first.left, first.top, first.right, first.bottom) == (
        pytest.approx(80, abs=25),
        pytest.approx(65, abs=25),
        pytest.approx(340, abs=40),
        pytest.approx(135, abs=25),
    )
    assert second.left < 700
    assert second.top < 605
    assert second.right > 820
    assert second.bottom > 615
    assert first.area + second.area < 0.06 * 1280 * 720


def test_no_text_no_place_and_no_reading(reader, monkeypatch):
    monkeypatch.setattr(reader, "_read", lambda *_: pytest.fail("nothing is to be read at full size"))
    assert reader.read(picture()) == []


def test_it_takes_less_than_half_of_what_reading_the_whole_would(reader):
    blank, full = picture(), picture(*[(40, top, 22, "Seats by constituency " * 4) for top in range(20, 700, 40)])
    looked, read = [], []
    for _ in range(2):
        for one, took in ((blank, looked), (full, read)):
            before = time.process_time()
            reader.read(one)
            took.append(time.process_time() - before)
    assert min(looked) < 0.5 * min(read)


def test_what_the_network_sees_is_bounded_whatever_the_picture(reader):
    seen = []
    session = reader.search._session

    class Noting:
        def run(self, names, feeds):
            seen.append(next(iter(feeds.values())).shape)
            return session.run(names, feeds)

    reader.search._session = Noting()
    try:
        for size in ((1280, 1280), (20_000, 30), (30, 20_000), (33, 33)):
            seen.clear()
            reader.search.places(picture(size=size))
            assert sum(h * w for _, _, h, w in seen) <= 2.5 * PIXELS
            assert max(max(h, w) for _, _, h, w in seen) <= 2100
    finally:
        reader.search._session = session


def test_only_the_given_parts_are_looked_at(reader):
    both = picture((100, 80, 32, "Harbour closed"), (700, 600, 32, "Polls close"))
    lines = reader.read(both, [Box(600, 560, 1280, 720)])
    assert [line.text for line in lines] == ["Polls close"]
    assert 690 < lines[0].box.left < 710
    assert reader.read(both, []) == []


def test_a_banner_far_longer_than_the_network_takes_is_read_to_its_end(reader):
    words = "Harbour closed until Monday after the storm reached the coast and the ferries stay in port "
    banner = picture((20, 6, 36, words * 3), size=(5200, 56), ground=(20, 20, 60))
    read = " ".join(line.text for line in sorted(reader.read(banner), key=lambda line: line.box.left))
    assert read.split() == (words * 3).split()
    down = reader.read(picture((12, 100, 40, "East"), (12, 3900, 40, "North"), size=(120, 4000)))
    assert [(line.text, round(line.box.top, -2)) for line in down] == [("East", 100), ("North", 3900)]


def test_cuts_go_through_gaps():
    row = np.full((40, 1000, 3), 255, np.uint8)
    for left in range(0, 1000, 100):
        row[::2, left : left + 80] = 0
    ends = cuts(row, 1, 450)
    assert ends[0] == 0
    assert ends[-1] == 1000
    assert all(cut % 100 > 80 for cut in ends[1:-1])
    assert max(np.diff(ends)) <= 450
    assert cuts(row.transpose(1, 0, 2), 0, 450) == ends
    assert cuts(row, 1, 1000) == [0, 1000]


def test_boxes_that_meet_become_one():
    assert united([Box(0, 0, 10, 10), Box(50, 0, 60, 10), Box(8, 8, 20, 20), Box(18, 18, 45, 30)]) == [
        Box(0, 0, 45, 30),
        Box(50, 0, 60, 10),
    ]
