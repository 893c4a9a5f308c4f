"""Finds a place for the tag of a box: next to the box, within the picture, and on no other tag."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in pixels; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    def shared(self, other: "Area") -> int:
        """Returns how many pixels it shares with another area."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0, width) * max(0, height)


def place(
    size: tuple[int, int], box: Area, taken: Sequence[Area], boxes: Sequence[Area], within: tuple[int, int]
) -> Area:
    """Returns where to put a tag.

    It is the place around the box that hides the fewest pixels: first of other tags, then of boxes. Of equally good
    places it is the first, which is above the box at its left edge.

    Args:
        size: The tag's width and height.
        box: The box that the tag belongs to.
        taken: Tags that are placed already.
        boxes: All boxes.
        within: The picture's width and height.
    """

    def hidden(area: Area) -> tuple[int, int]:
        return sum(map(area.shared, taken)), sum(map(area.shared, boxes))

    return min((_kept(area, within) for area in _around(size, box)), key=hidden)


def _around(size: tuple[int, int], box: Area) -> Iterator[Area]:
    width, height = size
    middle = (box.top + box.bottom - height) // 2
    corners = (
        (box.left, box.top - height),
        (box.left, box.bottom),
        (box.right - width, box.top - height),
        (box.right - width, box.bottom),
        (box.left - width, middle),
        (box.right, middle),
        (box.left, box.top),
        (box.right - width, box.bottom - height),
    )
    for left, top in corners:
        yield Area(left, top, left + width, top + height)


def _kept(area: Area, within: tuple[int, int]) -> Area:
    """Returns the area, moved into the picture."""
    left = min(max(0, area.left), max(0, within[0] - (area.right - area.left)))
    top = min(max(0, area.top), max(0, within[1] - (area.bottom - area.top)))
    return Area(left, top, left + area.right - area.left, top + area.bottom - area.top)
