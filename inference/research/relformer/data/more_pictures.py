"""MORE's pictures and depth maps, opened when a batch needs them, with limits on what they may cost."""

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.object_relations.example import View
from inference.research.relformer.data.more import MoreError, MorePair

MOST_PIXELS = 50_000_000
DEPTH_SCALE = 2.55
"""MORE's own code makes grey values 255 - 100 * depth_map, so it distinguishes depths within [0, 2.55]."""


def view_of(pair: MorePair) -> View:
    """Opens a pair's picture and its depth.

    Raises:
        MoreError: One of them cannot be read; the message names the file and the line that asked for it.
    """
    depth = None if pair.depth is None else read_depth(pair.depth, pair.place)
    return View(read_picture(pair.picture, pair.place), depth)


def read_picture(path: Path, place: str) -> NDArray[np.uint8]:
    """Returns a picture uint8 [h, w, 3]."""
    from PIL import Image  # noqa: PLC0415  only whoever has pictures needs it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                size = picture.width * picture.height
                if size <= MOST_PIXELS:
                    return np.asarray(picture.convert("RGB"))
    except Exception as error:
        raise MoreError(f"{place}: {path} is no picture: {error}") from error
    raise MoreError(f"{place}: {path} has {size} pixels, which is too many")


def read_depth(path: Path, place: str) -> NDArray[np.float32]:
    """Returns a depth map float32 [h, w] in [0, 1], 0 nearest."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            depth = np.asarray(archive["depth_map"], np.float32)
    except Exception as error:
        raise MoreError(f"{place}: {path} holds no depth_map of numbers: {error}") from error
    if depth.ndim != 2 or not depth.size or not np.isfinite(depth).all():  # noqa: PLR2004  a map has two sides
        raise MoreError(f"{place}: {path}: depth_map must be a map of finite numbers, not {depth.shape}")
    return (depth / np.float32(DEPTH_SCALE)).clip(0, 1)
