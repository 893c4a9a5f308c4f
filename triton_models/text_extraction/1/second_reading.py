"""Reads likely pairs once more, with their names marked in the text.

A pair has four markers: first and last piece of its subject, and of its object. The network looks from there at the
text as the encoder's last layers saw it. Its scores and the pair head's are averaged, as log-odds.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

FILE = "second_reading.onnx"

LIKELY = 0.15
"""Probability of the first reading from which a pair is read again: hardly any below it would be said."""


class Encoded(NamedTuple):
    """What the encoder makes of a window of P pieces and n words.

    Attributes:
        emissions: float32 [n, T] tag scores of the words.
        words: float32 [n, width] their vectors.
        states: float32 [layers, P, width] what the encoder's last layers read; no layers without a second reading.
        firsts: int [n] first piece of each word.
        lasts: int [n] last piece of each word.
    """

    emissions: Floats
    words: Floats
    states: Floats
    firsts: npt.NDArray[np.intp]
    lasts: npt.NDArray[np.intp]


class SecondReading:
    """The network and how its scores are taken; `known` is false if the version folder has none."""

    def __init__(self, folder: Path, labels: dict[str, Any], load: Callable[[Path], Any]) -> None:
        """Reads the labels' `second_reading`.

        Args:
            folder: The version folder.
            labels: Content of `labels.json`.
            load: Opens an onnxruntime session.
        """
        given = labels.get("second_reading")
        self.known = given is not None
        self._types = len(labels["entity_types"])
        if given is not None:
            self._share: float = given["share"]
            self._slope = np.array(given["slope"], np.float32)
            self._offset = np.array(given["offset"], np.float32)
            self._session = load(folder / FILE)

    def read(
        self, window: Encoded, spans: Indices, subjects: Indices, objects: Indices, first: Floats
    ) -> tuple[Floats, npt.NDArray[np.intp]]:
        """Returns float32 [K, R], each relation's log-odds from both readings, and int [K], each pair's modality.

        Args:
            window: The window.
            spans: int64 [K, 4] first and last word of subject and object.
            subjects: int64 [K] the subjects' types.
            objects: int64 [K] the objects' types.
            first: float32 [K, R] the first reading's log-odds.
        """
        types = self._types
        kinds = np.stack([subjects, types + subjects, 2 * types + objects, 3 * types + objects], axis=1)
        places = np.stack(
            [
                window.firsts[spans[:, 0]],
                window.lasts[spans[:, 1]],
                window.firsts[spans[:, 2]],
                window.lasts[spans[:, 3]],
            ],
            axis=1,
        )
        feeds = {"states": window.states, "kinds": kinds.reshape(-1), "places": places.reshape(-1)}
        scores, modality = self._session.run(["scores", "modality"], feeds)
        mixed = (1 - self._share) * first + self._share * scores
        return self._slope * mixed + self._offset, modality.argmax(axis=1)
