"""The pair whose relation is to be predicted, with its context."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.knowledge.base import KnownFact

Box = tuple[float, float, float, float]
"""Centre x and y, width and height, each as a share of the picture's."""


@dataclass(frozen=True)
class Span:
    """A range of words: the first, and one past the last."""

    start: int
    end: int


@dataclass(frozen=True)
class View:
    """A picture, its depth map, or both.

    Attributes:
        picture: uint8 [h, w, 3] RGB, or None if only boxes or depths are known.
        depth: float32 [h', w'] in [0, 1], 0 nearest, or None.
    """

    picture: NDArray[np.uint8] | None = None
    depth: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Example:
    """A pair of a mention and an object or, without a picture, a second mention.

    Attributes:
        words: The text.
        mention: The words of the mention.
        relation: Id of the correct relation, -1 if unknown.
        objects: Boxes of the picture's objects by name, in order.
        target: Name of the pair's object in `objects`; "" if the pair's other end is `other`.
        other: The words of the second mention; None if the other end is an object.
        view: The picture; None if there is none.
        captions: What each object looks like, in words.
        knowledge: Background facts; None if no source was asked.
    """

    words: tuple[str, ...]
    mention: Span
    relation: int = -1
    objects: Mapping[str, Box] | None = None
    target: str = ""
    other: Span | None = None
    view: View | None = None
    captions: Mapping[str, str] | None = None
    knowledge: tuple[KnownFact, ...] | None = None

    def name(self, span: Span) -> str:
        """Returns a span's words as a name."""
        return " ".join(self.words[span.start : span.end])
