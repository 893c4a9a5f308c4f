"""Which pairs are read a second time in training, and as which markers.

In service only pairs that the first reading takes for likely are read again. So training reads, of each window, what is
related, what the first reading takes for related and is not, and a few others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from inference.training.text.dataset import Example
from inference.training.text.nodes import spans
from inference.training.text.second_reading.network import MARKERS

LIKELY = 0.03
"""Probability of the first reading from which a pair that is not related teaches most."""
MOST_RELATED, MOST_LIKELY, MOST_OTHERS = 12, 8, 3
"""Pairs of each kind in a window and epoch, drawn by chance where there are more."""


@dataclass(frozen=True, slots=True)
class Markers:
    """A window and its pairs; P pieces, K pairs.

    Attributes:
        example: The window.
        kinds: int64 [K, 4] of each marker.
        places: int64 [K, 4] piece of each.
        likely: float32 [K] the first reading's highest probability of what was decided on and does not hold.
    """

    example: Example
    kinds: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    likely: npt.NDArray[np.float32]


def markers(example: Example, scores: npt.NDArray[np.float32]) -> Markers:
    """Returns a window's pairs as markers.

    Args:
        example: The window, with at least one pair.
        scores: float32 [K, R] the first reading's probabilities.
    """
    types = np.array([int(np.argmax(node.types)) for node in example.nodes])
    last = np.append(example.word_pieces[1:], len(example.ids) - 1) - 1
    where = spans(example.nodes, example.pairs)
    s, o = types[example.pairs].T
    first_piece = example.word_pieces
    places = np.stack(
        [first_piece[where[:, 0]], last[where[:, 1]], first_piece[where[:, 2]], last[where[:, 3]]], axis=1
    )
    likely = np.where(example.known & ~example.positive, scores, 0).max(axis=1)
    return Markers(example, kinds(s, o, example.nodes[0].types.size), places, likely.astype(np.float32))


def kinds(subjects: npt.NDArray[np.int64], objects: npt.NDArray[np.int64], types: int) -> npt.NDArray[np.int64]:
    """Returns int64 [K, 4]: the markers' kinds of pairs, given int [K] the types of both names."""
    return np.stack([subjects, types + subjects, 2 * types + objects, 3 * types + objects], axis=1)


def chosen(window: Markers, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """Returns the rows of the pairs that an epoch reads."""
    related = window.example.positive.any(axis=1)
    likely = ~related & (window.likely > LIKELY)
    groups = ((related, MOST_RELATED), (likely, MOST_LIKELY), (~related & ~likely, MOST_OTHERS))
    return np.concatenate([_some(np.flatnonzero(which), most, rng) for which, most in groups])


def _some(rows: npt.NDArray[np.intp], most: int, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    return rows if len(rows) <= most else rng.choice(rows, most, replace=False)


def length(window: Markers, pairs: Sequence[int] | npt.NDArray[np.intp]) -> int:
    """Returns how many tokens a window with so many pairs is."""
    return len(window.example.ids) + MARKERS * len(pairs)
