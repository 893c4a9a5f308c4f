"""Draws what was found in pictures onto them, for people to look at.

Each picture becomes a row: the picture with boxes and tags, its depth if there is a depth model, and a list that
explains the tags. The rows stand one below the other.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inference.media.drawing.tags import Area, place
from inference.object_detection.depth import DepthMap, Picture
from inference.object_detection.types import Box, Detection, TextBox

Colour = tuple[int, int, int]

_SHOWN = (640, 480)
"""Most width and height of a picture in its row, in pixels; smaller pictures are enlarged, up to three times."""

_LARGER = 3.0
_LEGEND = 460
_GAP = 16
_TAG, _TEXT, _TITLE = 15, 16, 20
"""Height of letters in pixels: in tags, in the list, and in titles."""

_LINES = 22
"""Most lines of the list."""

_PAPER: Colour = (250, 250, 248)
_INK: Colour = (25, 25, 30)
_FAINT: Colour = (105, 105, 112)
_LETTERS: Colour = (0, 110, 140)
"""Colour of text boxes."""

_OBJECTS: tuple[Colour, ...] = (
    (214, 40, 57),
    (36, 110, 214),
    (20, 140, 70),
    (200, 110, 0),
    (130, 60, 190),
    (190, 30, 130),
    (110, 90, 20),
)
"""Colours of objects, in turn by class; dark enough for white letters."""

_IN_PLACE = str.maketrans({"\u2014": "-", "\u2013": "-", "\u2192": "->"})
"""Replacements for characters that Pillow's built-in typeface lacks, which has little more than ASCII."""

_NO_LETTER = "\uffff"


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A picture and what was found in it, with boxes in its own pixels.

    Attributes:
        picture: RGB.
        title: Title above the picture.
        objects: Detected objects.
        texts: Recognised lines of text.
        depth: Relative depth; None without a depth model.
        notes: Further lines for the list, about the picture.
    """

    picture: Picture
    title: str
    objects: Sequence[Detection] = ()
    texts: Sequence[TextBox] = ()
    depth: DepthMap | None = None
    notes: Sequence[str] = ()


def overlay(sights: Sequence[Sight]) -> Image.Image:
    """Returns all pictures with what was found in them, one below the other.

    Raises:
        ValueError: There is no picture.
    """
    if not sights:
        raise ValueError("no picture to draw on")
    rows = [_row(sight) for sight in sights]
    whole = Image.new("RGB", (max(r.width for r in rows), sum(r.height for r in rows)), _PAPER)
    top = 0
    for row in rows:
        whole.paste(row, (0, top))
        top += row.height
    return whole


def _row(sight: Sight) -> Image.Image:
    height, width = sight.picture.shape[:2]
    scale = min(_SHOWN[0] / width, _SHOWN[1] / height, _LARGER)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    views = [_resized(sight.picture, size)]
    if sight.depth is not None:
        views.append(_resized(_heat(sight.depth), size))
    marks = list(_marks(sight))
    for view in views:
        _draw_marks(view, marks, scale)
    font = _font(_TEXT)
    lines = _fewer([(colour, line) for colour, text in _legend(sight, marks) for line in _wrapped(text, font)])
    tall = max(size[1], _line_height(_TEXT) * len(lines))
    head = _GAP + _line_height(_TITLE)
    row = Image.new("RGB", (_GAP + (size[0] + _GAP) * len(views) + _LEGEND, head + tall + _GAP), _PAPER)
    draw = ImageDraw.Draw(row)
    draw.text((_GAP, _GAP // 2), _cut(sight.title, _font(_TITLE), row.width - 2 * _GAP), _INK, _font(_TITLE))
    left = _GAP
    for view in views:
        row.paste(view, (left, head))
        left += size[0] + _GAP
    for number, (colour, text) in enumerate(lines):
        draw.text((left, head + number * _line_height(_TEXT)), text, colour, font)
    return row


@dataclass(frozen=True, slots=True)
class _Mark:
    tag: str
    line: str
    box: Box
    colour: Colour


def _marks(sight: Sight) -> Iterator[_Mark]:
    classes = sorted({found.label for found in sight.objects})
    for number, found in enumerate(sight.objects, start=1):
        colour = _OBJECTS[classes.index(found.label) % len(_OBJECTS)]
        away = f", depth {found.depth.median:.2f}" if found.depth else ""
        yield _Mark(f"{number} {found.label}", f"{number} {found.label} {found.score:.2f}{away}", found.box, colour)
    for number, line in enumerate(sight.texts, start=1):
        yield _Mark(f"T{number}", f"T{number} “{line.text}” {line.score:.2f}", line.box, _LETTERS)


def _legend(sight: Sight, marks: Sequence[_Mark]) -> Iterator[tuple[Colour, str]]:
    lines = [*((mark.colour, mark.line) for mark in marks), *((_FAINT, note) for note in sight.notes)]
    if sight.depth is not None:
        lines.append((_FAINT, "Depth: bright is near, dark is far."))
    yield from lines or [(_FAINT, "Nothing was found.")]


def _fewer(lines: list[tuple[Colour, str]]) -> list[tuple[Colour, str]]:
    if len(lines) <= _LINES:
        return lines
    return [*lines[: _LINES - 1], (_FAINT, f"… and {len(lines) - _LINES + 1} more lines")]


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Returns a text in lines that fit into the list; all but the first are indented."""
    lines: list[str] = []
    for word in _drawn(text).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if not lines or font.getlength(longer) > _LEGEND - _GAP:
            lines.append(_cut(("    " if lines else "") + word, font, _LEGEND - _GAP))
        else:
            lines[-1] = longer
    return lines or [""]


def _draw_marks(view: Image.Image, marks: Sequence[_Mark], scale: float) -> None:
    draw = ImageDraw.Draw(view)
    boxes = [Area(*(round(edge * scale) for edge in (m.box.left, m.box.top, m.box.right, m.box.bottom))) for m in marks]
    for mark, box in zip(marks, boxes, strict=True):
        right, bottom = max(box.left + 2, box.right - 1), max(box.top + 2, box.bottom - 1)
        thick = 2 if mark.colour == _LETTERS else 3
        # White on both sides, so that a box is visible on any background.
        draw.rectangle((box.left - 1, box.top - 1, right + 1, bottom + 1), outline="white", width=thick + 2)
        draw.rectangle((box.left, box.top, right, bottom), outline=mark.colour, width=thick)
    font = _font(_TAG)
    taken: list[Area] = []
    for mark, box in zip(marks, boxes, strict=True):
        size = (round(font.getlength(mark.tag)) + 8, _TAG + 5)
        tag = place(size, box, taken, boxes, view.size)
        taken.append(tag)
        draw.rectangle((tag.left, tag.top, tag.right - 1, tag.bottom - 1), fill=mark.colour, outline="white")
        draw.text((tag.left + 4, tag.top + size[1] / 2), _drawn(mark.tag), "white", font, anchor="lm")


def _heat(depth: DepthMap) -> Picture:
    near = np.clip((1 - depth) * 255, 0, 255).astype(np.uint8)
    return np.asarray(cv2.applyColorMap(near, cv2.COLORMAP_INFERNO)[:, :, ::-1], np.uint8)


def _resized(picture: Picture, size: tuple[int, int]) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(picture)).resize(size, Image.Resampling.LANCZOS)


def _font(height: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(height)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("this Pillow was built without FreeType")
    return font


def _line_height(letters: int) -> int:
    return round(letters * 1.45)


def _drawn(text: str) -> str:
    """Returns the text in letters that the font has: other scripts become dots, and missing accents are dropped."""
    return "".join(map(_letter, text.translate(_IN_PLACE)))


@lru_cache(maxsize=4096)
def _letter(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character)[0]
    return character if _has_letter(character) else plain if _has_letter(plain) else "·"


def _has_letter(character: str) -> bool:
    font = _font(_TEXT)
    return bytes(font.getmask(character)) != bytes(font.getmask(_NO_LETTER))


def _cut(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    text = _drawn(text).rstrip()
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text + "…"
