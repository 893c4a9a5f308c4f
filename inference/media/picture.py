"""Decodes a picture with Pillow, with the format fixed and the size limited."""

import struct
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from inference.media.colours import colours
from inference.media.endings import cut_off
from inference.media.exif import camera, place, taken
from inference.media.sniff import Sort
from inference.media.types import DecodedMedia, Frame, Limits, UnreadableError

_PALETTE_SIDE = 64
_TURN = Image.Transpose
_TURNS = {
    2: _TURN.FLIP_LEFT_RIGHT,
    3: _TURN.ROTATE_180,
    4: _TURN.FLIP_TOP_BOTTOM,
    5: _TURN.TRANSPOSE,
    6: _TURN.ROTATE_270,
    7: _TURN.TRANSVERSE,
    8: _TURN.ROTATE_90,
}
"""How a picture must be turned for display, by its EXIF orientation."""

_STRIP = 4_000_000
"""Pixels that are converted at once."""

_SIDEWAYS = 5
"""Orientations from this number on swap width and height."""

# We apply our own limit to the header's size, before anything is decoded.
Image.MAX_IMAGE_PIXELS = None


def read_picture(path: Path, sort: Sort, limits: Limits) -> DecodedMedia:
    """Reads a picture, or the first frame of an animation.

    Raises:
        UnreadableError: too-many-pixels, truncated, bomb or unreadable.
    """
    try:
        # As a file object, so that Pillow opens no file itself.
        with path.open("rb") as file, Image.open(file, formats=[sort.format]) as image:
            return _read(image, sort, limits)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, struct.error) as error:
        message = str(error) or type(error).__name__
        lowered = message.lower()
        if "too large" in lowered or "bomb" in lowered:
            raise UnreadableError("bomb", f"a part of the picture unpacks to too many bytes: {message}") from error
        # Pillow names its file, which is ours, where it does not know the picture.
        what = "its header is not one" if isinstance(error, UnidentifiedImageError) else message
        ended = cut_off(path, sort)
        if ended or (ended is None and "truncat" in lowered):
            raise UnreadableError("truncated", f"the picture ends too early: {what}") from error
        raise UnreadableError("unreadable", f"damaged or no valid {sort.format} picture: {what}") from error


def _read(image: Image.Image, sort: Sort, limits: Limits) -> DecodedMedia:
    width, height = image.size
    if width * height > limits.pixels:
        pixels = width * height / 1e6
        raise UnreadableError(
            "too-many-pixels", f"{width} x {height} are {pixels:.0f} megapixels, more than {limits.pixels / 1e6:.0f}"
        )
    exif = image.getexif()
    side = limits.longest_side(width, height)
    # A JPEG is decoded at the smallest of its own scales that is large enough.
    image.draft("RGB", (side, side))
    image.load()
    small = _opaque(image, side)
    small.thumbnail((side, side), Image.Resampling.BOX)
    orientation = exif.get(ExifTags.Base.Orientation)
    if orientation in _TURNS:
        small = small.transpose(_TURNS[orientation])
        if orientation >= _SIDEWAYS:
            width, height = height, width
    frame = Frame(np.asarray(small), max(width, height) / max(small.size))
    palette = small.resize((_PALETTE_SIDE, _PALETTE_SIDE), Image.Resampling.BOX)
    return DecodedMedia(
        kind="picture",
        format=sort.mime,
        width=width,
        height=height,
        colours=colours(np.asarray(palette)),
        taken=taken(exif),
        camera=camera(exif),
        place=place(exif) if limits.gps else None,
        frames=(frame,),
    )


def _opaque(image: Image.Image, side: int) -> Image.Image:
    """Returns the picture as RGB, on white where it is transparent, and reduced if it is much larger than `side`.

    It goes strip by strip: a large picture in another mode than Pillow reduces would be in memory several times over.
    """
    transparent = image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info
    factor = max(1, max(image.size) // side)
    size = -(-image.width // factor), -(-image.height // factor)
    whole = Image.new("RGB", size)
    rows = max(1, _STRIP // (image.width * factor)) * factor
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(image.height, top + rows)))
        if strip.mode.startswith("I;16"):
            strip = strip.point(lambda value: value / 256, "L") if strip.mode == "I;16" else strip.convert("L")
        if transparent:
            strip = strip.convert("RGBA")
        elif strip.mode not in {"L", "CMYK"}:
            strip = strip.convert("RGB")
        if factor > 1:
            strip = strip.reduce(factor)
        if transparent:
            ground = Image.new("RGBA", strip.size, "white")
            ground.alpha_composite(strip)
            strip = ground
        whole.paste(strip.convert("RGB"), (0, top // factor))
    return whole
