"""Plain data about what is found in a picture.

Boxes are in pixels of the picture, with the origin at the upper left corner; right and bottom are exclusive.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; `right` and `bottom` are exclusive."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        """Area in square pixels; 0 for an empty box."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)

    def overlap(self, other: "Box") -> float:
        """Returns intersection over union (the Jaccard index), 0 to 1."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        if width <= 0 or height <= 0:
            return 0.0
        return width * height / (self.area + other.area - width * height)


@dataclass(frozen=True, slots=True)
class Depth:
    """Statistics of the relative depth inside a box: 0 is the picture's nearest point, 1 its farthest."""

    mean: float
    median: float
    deviation: float
    nearest: float
    farthest: float


@dataclass(frozen=True, slots=True)
class Detection:
    """An object in a picture.

    Attributes:
        label: Its class (`person`, `face`, `dog`).
        score: Confidence, 0 to 1.
        box: Where it is.
        depth: How far away it is; None without a depth model.
    """

    label: str
    score: float
    box: Box
    depth: Depth | None = None


@dataclass(frozen=True, slots=True)
class TextBox:
    """A line of text in a picture: a sign, a caption, a banner.

    Attributes:
        text: The text as recognised.
        score: Confidence, 0 to 1.
        box: The upright rectangle around it.
    """

    text: str
    score: float
    box: Box
