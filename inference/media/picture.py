"""Decodes a picture with Pillow, with the format fixed and the size limited."""

from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from inference.media.colours import colours
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
        with Image.open(path, formats=[sort.format]) as image:
            return _read(image, sort, limits)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        message = str(error) or type(error).__name__
        lowered = message.lower()
        if "too large" in lowered or "bomb" in lowered:
            raise UnreadableError("bomb", f"a part of the picture unpacks to too many bytes: {message}") from error
        if "truncat" in lowered or "cannot identify" in lowered or "broken" in lowered:
            raise UnreadableError("truncated", f"the picture ends too early: {message}") from error
        raise UnreadableError("unreadable", f"not a valid {sort.format} picture: {message}") from error


def _read(image: Image.Image, sort: Sort, limits: Limits) -> DecodedMedia:
    width, height = image.size
    if width * height > limits.pixels:
        pixels = width * height / 1e6
        raise UnreadableError(
            "too-many-pixels", f"{width} x {height} are {pixels:.0f} megapixels, more than {limits.pixels / 1e6:.0f}"
        )
    exif = image.getexif()
    # A JPEG is decoded at the smallest of its own scales that is large enough.
    image.draft("RGB", (limits.side, limits.side))
    image.load()
    small = _opaque(image, limits.side)
    small.thumbnail((limits.side, limits.side), Image.Resampling.BOX)
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
    """Returns the picture as RGB, on white where it is transparent. It is reduced first, to save memory."""
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256, "L") if image.mode == "I;16" else image.convert("L")
    transparent = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    factor = max(image.size) // side
    if factor > 1 and image.mode in {"RGB", "RGBA", "L", "LA", "CMYK"}:
        image = image.reduce(factor)
    if transparent:
        shown = image.convert("RGBA")
        ground = Image.new("RGBA", shown.size, "white")
        ground.alpha_composite(shown)
        return ground.convert("RGB")
    return image.convert("RGB")
