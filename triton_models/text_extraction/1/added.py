"""Relations that a request adds by name and description: what they read like, and between which types they may hold.

The words of a relation's label go through the same encoder as the text; `open.onnx` holds their mean against what a
window says of two names.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pairing import PairInput, PairRules

Encode = Callable[[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.intp]], npt.NDArray[np.float32]]
"""Returns the encoder's vectors float32 [p, width] of the wanted positions p of one window."""

MOST = 256
"""Relations that a request may add."""

SHORTEST = 3
"""Pieces of a label at least: [CLS], a word and [SEP]."""

VOCABULARY = 30522
CASES = 8


class Added(NamedTuple):
    """The relations that a request adds.

    Attributes:
        vectors: float32 [L, width].
        rules: Between which types they may hold.
    """

    vectors: npt.NDArray[np.float32]
    rules: PairRules


class AddedRelations:
    """Reads and scores added relations. The last list is kept: a worker sends the same with every request."""

    def __init__(self, folder: Path, labels: dict[str, Any], encode: Encode, load: Callable[[Path], Any]) -> None:
        """Nothing is loaded before a request adds a relation.

        Args:
            folder: Holds `open.onnx`.
            labels: What `labels.json` holds.
            encode: The model's encoder.
            load: Makes an onnxruntime session.
        """
        self._file = folder / "open.onnx"
        self._labels = labels
        self._encode = encode
        self._load = load
        self._session: Any = None
        self._last: tuple[bytes, Added] | None = None

    @property
    def missing(self) -> str:
        """Why no relation can be added; "" if one can."""
        return "" if self._file.is_file() else f"this model has no {self._file.name}: no relation can be added to it"

    def parse(self, text: bytes) -> Added:
        """Reads the input `open_relations`.

        A relation that the model was trained on is left to the pair head, and a type that it does not know is never
        found.

        Args:
            text: JSON, a list of relations: `id`; `pieces` and `cases` of the label's words, with [CLS] and [SEP];
                `domain` and `range`.

        Raises:
            ValueError: It is something else.
        """
        if self._last is None or self._last[0] != text:
            self._last = text, self._read(text)
        return self._last[1]

    def _read(self, text: bytes) -> Added:
        try:
            rows = json.loads(text)
            names = [str(row["id"]) for row in rows]
            ends = [(list(map(str, row["domain"])), list(map(str, row["range"]))) for row in rows]
            pieces = [np.array(row["pieces"], np.int32) for row in rows]
            cases = [np.array(row["cases"], np.int32) for row in rows]
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            raise ValueError(f"it is no list of relations: {error!r}") from error
        if not 0 < len(names) <= MOST or len(set(names)) < len(names):
            raise ValueError(f"it must hold 1 to {MOST} relations, each once")
        for name, ids, shapes in zip(names, pieces, cases, strict=True):
            if ids.ndim != 1 or ids.shape != shapes.shape or not SHORTEST <= len(ids) <= self._labels["max_pieces"]:
                raise ValueError(f"{name} needs a piece and a case for each place, and at most so many as a window")
            if ids.min() < 0 or ids.max() >= VOCABULARY or shapes.min() < 0 or shapes.max() >= CASES:
                raise ValueError(f"{name} has a piece or a case that does not exist")
        types: list[str] = self._labels["entity_types"]
        taught = set(self._labels["relations"])
        domains, ranges = (
            {
                name: [type_ for type_ in both[side] if type_ in types and name not in taught]
                for name, both in zip(names, ends, strict=True)
            }
            for side in (0, 1)
        )
        vectors = [
            self._encode(ids, shapes, np.arange(1, len(ids) - 1)).mean(axis=0)
            for ids, shapes in zip(pieces, cases, strict=True)
        ]
        return Added(np.array(vectors), PairRules(types, names, domains, ranges, self._labels["distance_buckets"]))

    def score(self, words: npt.NDArray[np.float32], given: PairInput, added: Added) -> npt.NDArray[np.float32]:
        """Returns float32 [K, L]: each added relation's calibrated probability for the pairs of one window.

        Args:
            words: float32 [n, width] the window's words.
            given: Its pairs, gathered with the added relations' rules.
            added: The relations.
        """
        if self._session is None:
            self._session = self._load(self._file)
        feeds = dict(zip(("first", "last", "pool", "kinds", "pairs", "steps"), given[:6], strict=True))
        (found,) = self._session.run(None, {"words": words, **feeds, "labels": added.vectors})
        probabilities: npt.NDArray[np.float32] = found
        return probabilities
