"""Extracts mentions and relations from Chinese text: encoder, Viterbi, pair head. Needs only numpy and onnxruntime.

Inputs and outputs are those of `text_extraction`, but a piece is a character and a case is its feature from the
dictionary. Each window is read by itself, so its result does not depend on the others.
"""

import json
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx_session import open_session
from viterbi import best_paths, mention_scores, spans

LEAST_SCORE = 0.1
"""Relations with a lower score are not returned."""

PAIRS_AT_ONCE = 64
"""Pairs of a window in one call of the pair head, which bounds its memory."""

SHORTEST = 2
"""Pieces of a window without characters: [CLS] and [SEP]."""

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Mention = tuple[int, int, int]


class InvalidRequest(ValueError):  # noqa: N818
    """The input is malformed; the message says how."""


@dataclass(frozen=True)
class Read:
    """What was extracted from a request's windows: the Triton model's outputs.

    Attributes:
        mentions: int32 [M, 4] (window, first unit, end unit, entity type).
        mention_scores: float32 [M].
        relations: int32 [R, 4] (window, subject mention, object mention, relation).
        relation_scores: float32 [R].
        relation_modalities: int32 [R] index into the labels' `modalities`: 0 asserted, 1 planned.
    """

    mentions: Ints
    mention_scores: Floats
    relations: Ints
    relation_scores: Floats
    relation_modalities: Ints


class ChineseReader:
    """The model's networks and tables, loaded from a version folder."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Loads `labels.json`, `encoder.onnx` and `pairs.onnx`."""
        labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        self.types: list[str] = labels["entity_types"]
        self.relations: list[str] = labels["relations"]
        self.max_pieces: int = labels["max_pieces"]
        self._vocabulary: int = labels["vocabulary"]
        self._features: int = labels["features"]
        self._related = {self.types.index(name) for name in labels["related_types"]}
        self._symmetric = np.isin(self.relations, labels["symmetric"])
        self._transitions = np.array(labels["transitions"], np.float32)
        self._slope, self._offset = labels["calibration"]["slope"], labels["calibration"]["offset"]
        # [classes, relations]: which of the pair head's classes mean the relation from the head to the tail, and which
        # from the tail to the head.
        count = len(self.relations)
        self._forth = np.zeros((len(labels["classes"]), count), np.float32)
        self._back = np.zeros_like(self._forth)
        for row, entry in enumerate(labels["classes"]):
            if entry is not None:
                relation, swapped = entry
                (self._back if swapped else self._forth)[row, relation] = 1
        # bool [classes, 1]: those that state a plan.
        self._plans = np.array(labels["plans"], np.bool_)[:, None]
        self._encoder = session(folder / "encoder.onnx", threads)
        self._pairs = session(folder / "pairs.onnx", threads)

    def read(self, input_ids: Ints, case_ids: Ints, first_piece: npt.NDArray[np.bool_], lengths: Ints) -> Read:
        """Extracts from windows, which are concatenated.

        Args:
            input_ids: int32 [P], each window with [CLS] and [SEP].
            case_ids: int32 [P] features of the units.
            first_piece: bool [P] false on [CLS] and [SEP] only.
            lengths: int32 [W] pieces of each window.

        Raises:
            InvalidRequest: The arrays contradict each other or hold invalid values.
        """
        self._check(input_ids, case_ids, first_piece, lengths)
        mentions: list[tuple[int, int, int, int]] = []
        scores: list[float] = []
        relations: list[tuple[int, int, int, int]] = []
        relation_scores: list[float] = []
        modalities: list[bool] = []
        stops = np.cumsum(lengths)
        for window, (start, stop) in enumerate(zip(stops - lengths, stops, strict=True)):
            if stop - start == SHORTEST:
                continue
            ids = input_ids[start + 1 : stop - 1]
            emissions, units = self.encode(input_ids[start:stop], case_ids[start:stop])
            sizes = np.array([len(emissions)], np.int32)
            (path,) = best_paths(emissions, sizes, self._transitions)
            found = spans(path)
            base = len(mentions)
            mentions += [(window, *mention) for mention in found]
            where, whole = np.array(found, np.int64).reshape(-1, 3), np.tile((0, len(path)), (len(found), 1))
            scores += mention_scores(emissions, path, where, whole, self._transitions).tolist()
            for subject, obj, relation, score, planned in self._relate(units, found, ids):
                relations.append((window, base + subject, base + obj, relation))
                relation_scores.append(score)
                modalities.append(planned)
        return Read(
            np.array(mentions, np.int32).reshape(-1, 4),
            np.array(scores, np.float32),
            np.array(relations, np.int32).reshape(-1, 4),
            np.array(relation_scores, np.float32),
            np.array(modalities, np.int32),
        )

    def encode(self, input_ids: Ints, case_ids: Ints) -> tuple[Floats, Floats]:
        """Returns the tag scores float32 [n, T] and vectors float32 [n, width] of the units of one window with some."""
        feeds = {"input_ids": input_ids[None], "case_ids": case_ids[None]}
        emissions, units = self._encoder.run(["emissions", "hidden"], feeds)
        return emissions[0, 1:-1], units[0]

    def classify(self, units: Floats, pairs: npt.NDArray[np.int64]) -> Floats:
        """Returns float32 [K, classes]: the probabilities of the classes, which sum to 1.

        Args:
            units: float32 [n, width] with [CLS] and [SEP].
            pairs: int64 [K, 4] first and last unit of head and tail, [CLS] being unit 0.
        """
        parts = [
            self._pairs.run(None, {"units": units, "pairs": pairs[i : i + PAIRS_AT_ONCE]})[0]
            for i in range(0, len(pairs), PAIRS_AT_ONCE)
        ]
        raw = np.concatenate(parts)
        powers = np.exp(raw - raw.max(axis=1, keepdims=True))
        shares: Floats = powers / powers.sum(axis=1, keepdims=True)
        return shares

    def _relate(self, units: Floats, mentions: list[Mention], ids: Ints) -> list[tuple[int, int, int, float, bool]]:
        """Returns (subject mention, object mention, relation, score, whether it is a plan) of one window."""
        names = [ids[first:end].tobytes() for first, end, _ in mentions]
        related = [i for i, mention in enumerate(mentions) if mention[2] in self._related]
        pairs = [(a, b) for a, b in combinations(related, 2) if names[a] != names[b]]
        if not pairs:
            return []
        scores, plans = self.score(units, mentions, pairs)
        return [
            (*(pairs[row] if way == 0 else pairs[row][::-1]), column, float(scores[row, column, way]), bool(planned))
            for row, column, way in np.argwhere(scores >= LEAST_SCORE).tolist()
            for planned in plans[row, column, way : way + 1]
        ]

    def score(
        self, units: Floats, mentions: list[Mention], pairs: list[tuple[int, int]]
    ) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """Returns what holds of pairs, and whether it is likelier planned than a fact, both [K, relations, 2].

        The last axis is from a pair's first name to its second, and back. Both orders of a pair are scored and
        averaged. A symmetric relation is returned in one direction only.
        """
        ends = np.array([(first + 1, end) for first, end, _ in mentions], np.int64)
        ordered = np.array(
            [(*ends[a], *ends[b]) for a, b in pairs] + [(*ends[b], *ends[a]) for a, b in pairs], np.int64
        )
        there, turned = np.split(self.classify(units, ordered), 2)
        shares = self._shares(there, turned, self._forth, self._back)
        planned = self._shares(there, turned, self._forth * self._plans, self._back * self._plans)
        bounded = np.clip(shares, 1e-6, 1 - 1e-6)
        odds = self._slope * np.log(bounded / (1 - bounded)) + self._offset
        calibrated: Floats = (1 / (1 + np.exp(-odds))).astype(np.float32)
        # What no class says has no share.
        return np.where(bounded > 2e-6, calibrated, 0).astype(np.float32), planned > shares / 2  # noqa: PLR2004

    def _shares(self, there: Floats, turned: Floats, forth: Floats, back: Floats) -> Floats:
        """Returns float [K, relations, 2] of the probabilities of the classes, in the pairs' order and turned."""
        ahead = (there @ forth + turned @ back) / 2
        behind = (there @ back + turned @ forth) / 2
        ahead = np.where(self._symmetric, ahead + behind, ahead)
        return np.stack([ahead, np.where(self._symmetric, 0, behind)], axis=2)

    def _check(self, input_ids: Ints, case_ids: Ints, first_piece: npt.NDArray[np.bool_], lengths: Ints) -> None:
        pieces = len(input_ids)
        if not len(lengths):
            raise InvalidRequest("lengths is empty: a request must hold at least one window")
        if len(case_ids) != pieces or len(first_piece) != pieces or int(lengths.sum()) != pieces:
            raise InvalidRequest(
                "input_ids, case_ids and first_piece must be as long as lengths say, "
                f"not {pieces}, {len(case_ids)}, {len(first_piece)} and {int(lengths.sum())}"
            )
        least, most = int(lengths.min()), int(lengths.max())
        if least < SHORTEST or most > self.max_pieces:
            raise InvalidRequest(f"a window holds {SHORTEST} to {self.max_pieces} pieces, not {least} to {most}")
        stops = np.cumsum(lengths)
        inner = np.ones(pieces, np.bool_)
        inner[stops - 1] = inner[stops - lengths] = False
        if not np.array_equal(inner, first_piece):
            raise InvalidRequest("first_piece must be false on the first and last piece of a window and true between")
        for name, values, count in (("input_ids", input_ids, self._vocabulary), ("case_ids", case_ids, self._features)):
            if values.min() < 0 or values.max() >= count:
                raise InvalidRequest(f"{name} must lie in 0 to {count - 1}")


def session(path: Path, threads: int) -> Any:
    """Opens an ONNX file of the version folder."""
    return open_session(path, threads, precise=True, spinning=False)
