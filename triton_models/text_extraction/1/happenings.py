"""What happens in a window: each trigger's class and modality, and what plays which part in it.

A trigger is a mention of a type of its own, whose roles are further columns of the pair head. It never leaves the
reader as a mention, so whoever knows nothing of happenings sees the names and relations only.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

TYPE = "happening"

Span = tuple[int, int, int]
"""(first word, end word, entity type index)."""


class Told(NamedTuple):
    """A happening of one window.

    Attributes:
        kind: Index of its class.
        score: Probability of the class.
        modality: Index of its modality.
    """

    kind: int
    score: float
    modality: int


class Happenings:
    """The tables and the network of the trigger head; without happenings if the weights know none."""

    def __init__(self, folder: Path, labels: dict[str, Any], load: Callable[[Path], Any]) -> None:
        """Reads the labels' `happenings`.

        Args:
            folder: The version folder, with `triggers.onnx` if the weights know happenings.
            labels: Content of `labels.json`.
            load: Opens an onnxruntime session.
        """
        types: list[str] = labels["entity_types"]
        given = labels.get("happenings")
        self.known = given is not None
        self.type = types.index(TYPE) if given else -1
        self.classes: list[str] = given["classes"] if given else []
        self.roles: list[str] = given["roles"] if given else []
        self.line: dict[str, float] = given["calibration"] if given else {}
        self.fillers = np.zeros((len(self.classes), len(self.roles), len(types)), np.bool_)
        for row, name in enumerate(self.classes):
            for role, kinds in given["fillers"][name].items():
                self.fillers[row, self.roles.index(role), [types.index(kind) for kind in kinds]] = True
        self._session = load(folder / "triggers.onnx") if given else None

    def ends(self, types: Sequence[str]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Returns domain and range of each role's column of the pair head, whatever the class."""
        filled = self.fillers.any(axis=0)
        ranges = {column(role): [types[i] for i in np.flatnonzero(filled[row])] for row, role in enumerate(self.roles)}
        return {name: [TYPE] for name in ranges}, ranges

    def read(self, words: npt.NDArray[np.float32], triggers: Sequence[Span]) -> list[Told]:
        """Returns class and modality of each trigger.

        Args:
            words: float32 [n, width] the words of one window, or of several.
            triggers: Their triggers, counted within `words`.
        """
        if not triggers or self._session is None:
            return []
        feeds = {
            "words": words,
            "first": np.array([first for first, _, _ in triggers], np.int64),
            "last": np.array([end - 1 for _, end, _ in triggers], np.int64),
        }
        classes, modality = self._session.run(["classes", "modality"], feeds)
        weights = np.exp(classes - classes.max(axis=1, keepdims=True))
        best = classes.argmax(axis=1)
        scores = weights[np.arange(len(best)), best] / weights.sum(axis=1)
        return [
            Told(kind, score, mode)
            for kind, score, mode in zip(best.tolist(), scores.tolist(), modality.argmax(axis=1).tolist(), strict=True)
        ]


def column(role: str) -> str:
    """Returns the name of a role's column, which no relation's id can be."""
    return f"{TYPE} {role}"
