"""Scores relations that a request adds by name and description, with the types between which they may hold.

The encoder reads the words of a relation's label as it reads text; `open.onnx` compares their mean vector with what a
window says about two mentions.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pairing import Mention, PairInput, PairRules

Encode = Callable[[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.intp]], npt.NDArray[np.float32]]
"""Returns the encoder's vectors float32 [p, width] of the wanted positions p of one window."""

MOST = 256
"""Most relations that a request may add."""

SHORTEST = 3
"""Fewest pieces of a label: [CLS], a word and [SEP]."""

VOCABULARY = 30522
CASES = 8

NEAR = 12
"""If more than twice as many words lie between two mentions, only so many next to each of them count."""

BESIDE = 3
"""How many words before and after the pair count."""

GATHERED = ("first", "last", "pool", "kinds", "pairs", "steps", "spans", "covers")
"""The inputs of `pairs.onnx` beside the words, in the order of `PairInput`."""

Span = tuple[int, int]


class Added(NamedTuple):
    """The relations that a request adds.

    Attributes:
        vectors: float32 [L, width].
        rules: Between which types they may hold.
    """

    vectors: npt.NDArray[np.float32]
    rules: PairRules


class AddedRelations:
    """Parses and scores added relations. It caches the last list, as a worker sends the same one with every request."""

    def __init__(self, folder: Path, labels: dict[str, Any], encode: Encode, load: Callable[[Path], Any]) -> None:
        """Loads no network until a request adds a relation.

        Args:
            folder: The version folder, with `open.onnx`.
            labels: Content of `labels.json`.
            encode: The model's encoder.
            load: Opens an onnxruntime session.
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
        """Parses the input `open_relations`.

        Relations that the model was trained on are left to the pair head, and types that it does not know are ignored.

        Args:
            text: JSON, a list of relations: `id`; `pieces` and `cases` of the label's words, with [CLS] and [SEP];
                `domain` and `range`.

        Raises:
            ValueError: It is malformed.
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
            raise ValueError(f"it is not a list of relations: {error!r}") from error
        if not 0 < len(names) <= MOST or len(set(names)) < len(names):
            raise ValueError(f"it must hold 1 to {MOST} different relations")
        for name, ids, shapes in zip(names, pieces, cases, strict=True):
            if ids.ndim != 1 or ids.shape != shapes.shape or not SHORTEST <= len(ids) <= self._labels["max_pieces"]:
                raise ValueError(f"{name} needs as many cases as pieces, and no more than fit into a window")
            if ids.min() < 0 or ids.max() >= VOCABULARY or shapes.min() < 0 or shapes.max() >= CASES:
                raise ValueError(f"{name} has a piece or a case that does not exist")
        types: list[str] = self._labels["entity_types"]
        trained = set(self._labels["relations"])
        domains, ranges = (
            {
                name: [type_ for type_ in both[side] if type_ in types and name not in trained]
                for name, both in zip(names, ends, strict=True)
            }
            for side in (0, 1)
        )
        vectors = [
            self._encode(ids, shapes, np.arange(1, len(ids) - 1)).mean(axis=0)
            for ids, shapes in zip(pieces, cases, strict=True)
        ]
        return Added(np.array(vectors), PairRules(types, names, domains, ranges, self._labels["distance_buckets"]))

    def score(
        self, words: npt.NDArray[np.float32], mentions: list[Mention], given: PairInput, added: Added
    ) -> npt.NDArray[np.float32]:
        """Returns float32 [K, L]: each added relation's calibrated probability for the pairs of one window.

        Args:
            words: float32 [n, width] the window's words.
            mentions: Its mentions.
            given: Its pairs, gathered with the added relations' rules.
            added: The relations.
        """
        if self._session is None:
            self._session = self._load(self._file)
        feeds = dict(zip(GATHERED, given[: len(GATHERED)], strict=True))
        nearest = around([(mentions[a][:2], mentions[b][:2]) for a, b in given.nearest], len(words))
        (found,) = self._session.run(None, {"words": words, **feeds, "around": nearest, "labels": added.vectors})
        probabilities: npt.NDArray[np.float32] = found
        return probabilities


def around(pairs: Sequence[tuple[Span, Span]], words: int) -> npt.NDArray[np.float32]:
    """Returns float32 [K, words]: the weight of each word for each pair; rows sum to 1, or to 0.

    Words between the two mentions count, in a long stretch only those near either of them; the few words before and
    after count half. The mentions themselves do not count, as names do not state a relation.

    Args:
        pairs: The (first word, end word) of each pair's two mentions.
        words: Words of the window.
    """
    weights = np.zeros((len(pairs), words), np.float32)
    for row, ends in zip(weights, pairs, strict=True):
        (first, left), (right, end) = sorted(ends)
        row[left:right] = 1
        if right - left > 2 * NEAR:
            row[left + NEAR : right - NEAR] = 0
        row[max(0, first - BESIDE) : first] = 0.5
        row[end : end + BESIDE] = 0.5
    return weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-6)
