"""Names a picture's colours with the eleven basic colour terms of Berlin and Kay (1969)."""

import numpy as np
from numpy.typing import NDArray

from inference.media.types import ColourShare

LEAST = 0.05
"""Least share of the picture of a colour that is named."""

_HUES = ((15, "red"), (45, "orange"), (70, "yellow"), (170, "green"), (260, "blue"), (300, "purple"), (345, "pink"))
"""Upper end of each hue, in degrees; above the last the hue is red again."""

_PALE, _BRIGHT = 0.55, 0.7
_COLOURLESS, _WHITE = 0.15, 0.85
_BROWN, _BLACK = 0.65, 0.2
"""Thresholds. Red below the saturation `_PALE` and above the brightness `_BRIGHT` is pink. A colour below the
saturation `_COLOURLESS` is grey, above the brightness `_WHITE` white. Orange below the brightness `_BROWN` is brown,
and any colour below `_BLACK` black."""

_NAMES = ("black", "white", "grey", "brown", *dict.fromkeys(name for _, name in _HUES))


def colours(rgb: NDArray[np.uint8]) -> tuple[ColourShare, ...]:
    """Returns the share of each colour, largest first, without those below `LEAST`.

    Args:
        rgb: Height x width x 3; a few thousand pixels are enough.
    """
    pixels = rgb.reshape(-1, 3).astype(np.float32) / 255
    high, low = pixels.max(axis=1), pixels.min(axis=1)
    spread = high - low
    safe = np.where(spread > 0, spread, 1)
    red, green, blue = pixels.T
    hue = np.select(
        [high == red, high == green], [(green - blue) / safe % 6, (blue - red) / safe + 2], (red - green) / safe + 4
    )
    hue *= 60
    saturation = spread / np.where(high > 0, high, 1)
    named = np.full(len(pixels), _NAMES.index("red"))
    for end, name in reversed(_HUES):
        named[hue < end] = _NAMES.index(name)
    # Dark orange is brown, pale red pink, hardly saturated grey or white, and very dark black.
    named[(hue >= _HUES[0][0]) & (hue < _HUES[1][0]) & (high < _BROWN)] = _NAMES.index("brown")
    named[((hue < _HUES[0][0]) | (hue >= _HUES[-1][0])) & (saturation < _PALE) & (high > _BRIGHT)] = _NAMES.index(
        "pink"
    )
    named[saturation < _COLOURLESS] = _NAMES.index("grey")
    named[(saturation < _COLOURLESS) & (high > _WHITE)] = _NAMES.index("white")
    named[high < _BLACK] = _NAMES.index("black")
    counts = np.bincount(named, minlength=len(_NAMES))
    shares = [(round(float(count) / len(pixels), 3), name) for count, name in zip(counts, _NAMES, strict=True)]
    return tuple(
        ColourShare(name, share) for share, name in sorted(shares, key=lambda s: (-s[0], s[1])) if share >= LEAST
    )
