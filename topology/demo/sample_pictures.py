"""Sample pictures for the demo. They are drawn by code: free of rights, without real faces, and with known content."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

_SIZE = (800, 520)
_SOURCE = "Triplewire sample feed"


def write(folder: Path) -> Path:
    """Draws the pictures into a folder, with a feed of articles that refer to them; returns the path of the feed.

    The bytes are always the same, so publishing them again changes nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for name, (draw, article, caption) in _PICTURES.items():
        draw().save(folder / f"{name}.png", "PNG")
        media = [{"path": f"{name}.png", "caption": caption}]
        lines.append(
            json.dumps({"id": f"sample-{name}", "source": _SOURCE, "language": "en", "media": media, **article})
        )
    feed = folder / "feed.jsonl"
    feed.write_text("\n".join(lines) + "\n")
    return feed


def face() -> NDArray[np.uint8]:
    """Returns an invented face that detectors recognise, shape (240, 200, 3).

    Eye sockets and mouth are darker than cheeks and forehead.
    """
    picture = np.full((240, 200, 3), 150, np.uint8)

    def spot(centre: tuple[int, int], axes: tuple[int, int], colour: tuple[int, int, int]) -> None:
        cv2.ellipse(picture, centre, axes, 0, 0, 360, colour, -1)

    spot((100, 105), (72, 92), (60, 45, 40))
    spot((100, 120), (58, 80), (215, 180, 150))
    spot((100, 75), (50, 35), (225, 190, 160))
    for x in (76, 124):
        spot((x, 102), (20, 12), (150, 115, 95))
        spot((x, 104), (13, 6), (235, 235, 235))
        spot((x, 104), (6, 6), (30, 25, 25))
        cv2.ellipse(picture, (x, 90), (20, 5), 0, 180, 360, (50, 35, 30), 5)
    spot((100, 128), (8, 26), (235, 200, 170))
    spot((100, 150), (16, 5), (150, 110, 90))
    spot((100, 170), (24, 7), (150, 70, 70))
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 4), np.uint8)


def _plaque() -> Image.Image:
    image = Image.new("RGB", _SIZE, (12, 14, 30))
    draw = ImageDraw.Draw(image)
    stars = np.random.default_rng(7)
    for x, y in stars.integers((0, 0), (_SIZE[0], 330), (120, 2)).tolist():
        draw.point((x, y), (230, 230, 255))
    draw.ellipse((520, -160, 900, 220), (200, 200, 196))
    for x, y, r in ((610, 60, 30), (720, 130, 34), (640, 150, 16)):
        draw.ellipse((x - r, y - r, x + r, y + r), (168, 168, 164))
    draw.polygon(((150, 300), (180, 200), (250, 200), (280, 300)), (196, 170, 90))
    draw.rectangle((185, 150, 245, 205), (220, 220, 224), (120, 120, 124), 3)
    draw.rectangle((60, 340, 740, 490), (120, 84, 40), (220, 180, 110), 6)
    _text(draw, ("Neil Armstrong was born", "in Wapakoneta, Ohio."), (95, 360), 40, (255, 240, 205))
    return image


def _newsroom() -> Image.Image:
    image = Image.new("RGB", _SIZE, (150, 150, 150))
    draw = ImageDraw.Draw(image)
    for left, suit in ((90, (40, 50, 90)), (470, (110, 40, 50))):
        image.paste(Image.fromarray(face()), (left, 50))
        draw.rectangle((left + 75, 245, left + 125, 320), (205, 170, 140))
        draw.ellipse((left - 40, 275, left + 240, 560), suit)
    draw.rectangle((0, 380, 800, 520), (150, 20, 30))
    draw.rectangle((24, 396, 130, 440), "white")
    _text(draw, ("LIVE",), (42, 400), 32, (150, 20, 30))
    _text(draw, ("Maastricht is a city", "in the Netherlands."), (160, 392), 44, (255, 255, 255))
    return image


def _road_sign() -> Image.Image:
    image = Image.new("RGB", _SIZE, (150, 200, 235))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 400, 800, 520), (90, 140, 70))
    draw.polygon(((330, 520), (390, 400), (430, 400), (520, 520)), (80, 80, 84))
    for x in (180, 600):
        draw.rectangle((x, 280, x + 16, 450), (110, 110, 112))
    draw.rounded_rectangle((60, 90, 740, 290), 18, (0, 100, 60), "white", 6)
    _text(draw, ("The Kennedy Space Center", "is in Florida."), (100, 125), 48, (255, 255, 255))
    return image


def _text(
    draw: ImageDraw.ImageDraw, lines: tuple[str, ...], at: tuple[int, int], height: int, ink: tuple[int, int, int]
) -> None:
    for number, line in enumerate(lines):
        draw.text((at[0], at[1] + round(1.3 * height * number)), line, ink, ImageFont.load_default(height))


_PICTURES: dict[str, tuple[Callable[[], Image.Image], dict[str, str], str]] = {
    "plaque": (
        _plaque,
        {
            "headline": "Museum shows where Neil Armstrong came from",
            "body": "A museum has put up a plaque for Neil Armstrong, the first human being to walk on the Moon. "
            "Neil Armstrong was born in Wapakoneta, Ohio. Later he flew for NASA.",
            "published_at": "1972-07-20T12:00:00Z",
        },
        "A plaque for Neil Armstrong",
    ),
    "newsroom": (
        _newsroom,
        {
            "headline": "Television reports from Maastricht",
            "body": "Two newsreaders told their audience about the Maastricht Treaty, which twelve European countries "
            "had signed. Maastricht is a city in the Netherlands.",
            "published_at": "1992-02-08T12:00:00Z",
        },
        "Newsreaders, drawn, speak of the Maastricht Treaty",
    ),
    "road-sign": (
        _road_sign,
        {
            "headline": "Visitors find their way to the Kennedy Space Center",
            "body": "New signs show visitors the way. The Kennedy Space Center is in Florida. From there NASA sent "
            "Apollo 11 to the Moon.",
            "published_at": "1971-05-03T12:00:00Z",
        },
        "A road sign to the Kennedy Space Center",
    ),
}
