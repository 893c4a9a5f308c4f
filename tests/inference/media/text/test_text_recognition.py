"""Text in pictures: drawn lines are read, where they are, alike each time."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from inference.media.text.recognition import TextReader


@pytest.fixture(scope="module")
def reader():
    return TextReader()


def page(*lines, size=(640, 240)):
    """Draws (left, top, height, text) in black on white, with the typeface that Pillow carries."""
    image = Image.new("RGB", size, (255, 255, 255))
    for left, top, height, text in lines:
        ImageDraw.Draw(image).text((left, top), text, (0, 0, 0), ImageFont.load_default(height))
    return np.asarray(image)


def test_lines_are_read_from_top_to_bottom_with_their_boxes(reader):
    found = reader.read(page((30, 150, 28, "Harbour closed until Monday"), (30, 40, 36, "BREAKING NEWS")))
    assert [line.text for line in found] == ["BREAKING NEWS", "Harbour closed until Monday"]
    for line, (top, height) in zip(found, ((40, 36), (150, 28)), strict=True):
        assert line.score > 0.8
        assert abs(line.box.left - 30) < 15
        assert top - 10 < line.box.top < line.box.bottom < top + height + 20
    assert reader.name
    assert reader.version


def test_large_pictures_are_read_too_and_boxes_are_their_own(reader):
    (line,) = reader.read(page((1200, 900, 90, "Central Station"), size=(2400, 1200)))
    assert line.text == "Central Station"
    assert 1150 < line.box.left < 1250
    assert 880 < line.box.top < 960


def test_a_picture_without_text_has_none_and_the_same_picture_reads_the_same(reader):
    picture = page((30, 40, 36, "Polls close at 22:00"))
    first = reader.read(picture)
    assert reader.read(np.full((100, 200, 3), 128, np.uint8)) == []
    assert reader.read(picture) == first
