"""A video drawn here: banners that stay for a while, with something moving in front of them."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inference.evaluation.media.drawn import LINES
from inference.object_detection.types import Box

SIZE = (640, 360)
RATE = 25
SCENE_S = 3
"""Seconds from cut to cut."""

SQUARE = 60
"""Side in pixels of the square that moves."""

_GROUNDS = ("navy", "darkgreen", "maroon", "dimgray", "indigo")
_TOP, _STEP = 60, 4
"""Upper edge of the square, and how far it moves from frame to frame, in pixels."""


def write(path: Path, seconds: int) -> None:
    """Writes an MPEG-4 video of so many seconds."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=RATE)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, RATE)
        for number in range(seconds * RATE):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(_frame(number)), format="rgb24")))
        container.mux(stream.encode())


def square(seconds: float) -> Box:
    """Returns where the square is at a time."""
    left = _left(round(seconds * RATE))
    return Box(left, _TOP, left + SQUARE, _TOP + SQUARE)


def line(seconds: float) -> str:
    """Returns which line the banner shows at a time."""
    return LINES[round(seconds * RATE) // (RATE * SCENE_S) % len(LINES)]


def _left(number: int) -> int:
    return _STEP * number % (SIZE[0] - SQUARE)


def _frame(number: int) -> Image.Image:
    scene = number // (RATE * SCENE_S)
    image = Image.new("RGB", SIZE, _GROUNDS[scene % len(_GROUNDS)])
    left = _left(number)
    image.paste("white", (left, _TOP, left + SQUARE, _TOP + SQUARE))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 270, SIZE[0], 330), "black")
    draw.text((20, 282), line(number / RATE), "white", ImageFont.load_default(28))
    return image
