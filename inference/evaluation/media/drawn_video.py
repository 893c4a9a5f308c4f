"""A video drawn here: banners that stay for a while, with something moving in front of them."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inference.evaluation.media.drawn import LINES

SIZE = (640, 360)
RATE = 25
SCENE_S = 3
"""Seconds from cut to cut."""

_GROUNDS = ("navy", "darkgreen", "maroon", "dimgray", "indigo")
_SIDE, _STEP = 60, 4
"""Pixels of the square that moves, and how far it moves from frame to frame."""


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


def _frame(number: int) -> Image.Image:
    scene = number // (RATE * SCENE_S)
    image = Image.new("RGB", SIZE, _GROUNDS[scene % len(_GROUNDS)])
    left = _STEP * number % (SIZE[0] - _SIDE)
    image.paste("white", (left, 60, left + _SIDE, 60 + _SIDE))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 270, SIZE[0], 330), "black")
    draw.text((20, 282), LINES[scene % len(LINES)], "white", ImageFont.load_default(28))
    return image
