"""Pictures with known text, drawn here: banners, captions and signs as in news pictures."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inference.object_detection.depth import Picture

LINES = (
    "BREAKING NEWS: Storm reaches the coast",
    "Minister of Finance, live from Geneva",
    "Central Station, Platform 12",
    "Harbour closed until Monday 08:30",
    "Exports rise 4.2% in March",
    "Town Hall meeting tonight at 7 pm",
    "Dr. Ilse Brandt, University of Graz",
    "NO ENTRY - Construction site",
    "Polls close at 22:00 local time",
    "Sea level +3.7 mm a year",
)
"""Written for this report, about fictitious persons."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture and the text in it.

    Attributes:
        kind: How it was drawn.
        picture: RGB.
        text: The text.
    """

    kind: str
    picture: Picture
    text: str


KINDS = {
    "banner, 32 px": (32, (255, 255, 255), (150, 20, 30), 0.0, 0.0),
    "caption, 16 px": (16, (20, 20, 20), (235, 235, 230), 0.0, 0.0),
    "faint, 24 px": (24, (150, 150, 150), (205, 205, 205), 0.0, 0.0),
    "noisy, 24 px": (24, (250, 250, 250), (40, 70, 110), 25.0, 0.0),
    "tilted by 6 degrees, 28 px": (28, (10, 10, 10), (240, 200, 60), 0.0, 6.0),
}
"""Height of letters in pixels, colour of letters, colour behind, deviation of noise, degrees."""


OVER = (14, 20)
"""Heights in pixels of the letters of captions over photographs."""

WIDE = 1280
"""Longer side in pixels of those photographs."""


def captioned(photographs: Sequence[Picture]) -> Iterator[Drawn]:
    """Yields photographs, enlarged to the size that the service reads, with a caption in white on black over each.

    Args:
        photographs: RGB; each yields one picture for each height of `OVER`.
    """
    for number, photograph in enumerate(photographs):
        plain = Image.fromarray(photograph)
        scale = WIDE / max(plain.size)
        large = plain.resize((round(plain.width * scale), round(plain.height * scale)), Image.Resampling.BICUBIC)
        for step, height in enumerate(OVER):
            image, text, font = large.copy(), LINES[(number + step) % len(LINES)], ImageFont.load_default(height)
            pen = ImageDraw.Draw(image)
            left, top = 40 + number, round(image.height * (0.8 if number % 2 else 0.2))
            pen.rectangle((left - 6, top - 4, left + pen.textlength(text, font) + 6, top + 1.4 * height), "black")
            pen.text((left, top), text, "white", font)
            yield Drawn(f"caption over a photograph, {height} px", np.asarray(image), text)


def draw(seed: int) -> Iterator[Drawn]:
    """Yields each line in each kind, on a picture of 640 x 200 pixels."""
    noise = np.random.default_rng(seed)
    places = random.Random(seed)  # noqa: S311  places letters, guards nothing
    for kind, (height, ink, paper, deviation, degrees) in KINDS.items():
        # Pillow carries this typeface; the machine may have none.
        font = ImageFont.load_default(height)
        for text in LINES:
            image = Image.new("RGB", (640, 200), paper)
            place = (places.randint(10, 40), places.randint(50, 110))
            ImageDraw.Draw(image).text(place, text, ink, font)
            if degrees:
                image = image.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=paper)
            pixels = np.asarray(image, np.float64)
            if deviation:
                pixels = pixels + noise.normal(0, deviation, pixels.shape)
            yield Drawn(kind, np.clip(pixels, 0, 255).astype(np.uint8), text)
