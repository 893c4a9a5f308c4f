"""Extracts mentions and relations from windows of text: encoder, Viterbi, pair head. Needs only numpy and onnxruntime.

Each window is encoded by itself, without padding. Quantised activations are scaled by the largest value of the batch,
so in a shared batch a window's result would depend on the other windows, and an article redelivered in another batch
would give other triples.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from added import CASES, GATHERED, VOCABULARY, Added, AddedRelations
from anaphora import Anaphor, Anaphora, Name, word_pieces
from onnx_session import open_session
from pairing import Mention, PairRules
from viterbi import best_paths, mention_scores, spans

LEAST_SCORE = 0.1
"""Relations with a lower score are not returned."""


SHORTEST = 2
"""Pieces of a window without words: [CLS] and [SEP]."""


class InvalidRequest(ValueError):  # noqa: N818
    """The input is malformed; the message says how."""


class CannotAdd(RuntimeError):  # noqa: N818
    """The model cannot read added relations; the message says why."""


@dataclass(frozen=True)
class Read:
    """What was extracted from a request's windows: the Triton model's outputs.

    Attributes:
        mentions: int32 [M, 4] (window, first word, end word, entity type).
        mention_scores: float32 [M].
        relations: int32 [R, 4] (window, subject mention, object mention, relation); added relations are numbered
            after the model's own.
        relation_scores: float32 [R].
        relation_modalities: int32 [R] index into the labels' `modalities`; 0, asserted, for added relations.
    """

    mentions: npt.NDArray[np.int32]
    mention_scores: npt.NDArray[np.float32]
    relations: npt.NDArray[np.int32]
    relation_scores: npt.NDArray[np.float32]
    relation_modalities: npt.NDArray[np.int32]


class Encoder(Protocol):
    """Runs the encoder: an onnxruntime session, or an object that is called like one."""

    def run(self, outputs: list[str], feeds: dict[str, Any]) -> list[npt.NDArray[np.float32]]:
        """Returns `emissions` [1, P, T] and `hidden` [1, P, width] of `input_ids` and `case_ids` [1, P]."""
        ...


class Reader:
    """The model's networks and tables, loaded from a version folder."""

    def __init__(self, folder: Path, threads: int = 1, encoder: Encoder | None = None) -> None:
        """Loads `labels.json`, `pairs.onnx` and, unless another encoder is given, `encoder.onnx`."""
        labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        self.types: list[str] = labels["entity_types"]
        self.relations: list[str] = labels["relations"]
        self.max_pieces: int = labels["max_pieces"]
        self._transitions = np.array(labels["transitions"], np.float32)
        self._slope = np.array(labels["calibration"]["slope"], np.float32)
        self._offset = np.array(labels["calibration"]["offset"], np.float32)
        self._mention_line = labels.get("mention_calibration", {"slope": 1.0, "offset": 0.0})
        self.rules = PairRules(
            self.types, self.relations, labels["domains"], labels["ranges"], labels["distance_buckets"]
        )
        self._kinds = [frozenset({kind}) for kind in range(len(self.types))]
        self._anaphora = Anaphora(labels.get("anaphora", ()), self.types)
        self._encoder: Encoder = encoder or session(folder / "encoder.onnx", threads)
        self._pairs = session(folder / "pairs.onnx", threads)
        self.adding = AddedRelations(
            folder, labels, lambda *label: self.encode(*label)[1], lambda path: session(path, threads)
        )

    def read(
        self,
        input_ids: npt.NDArray[np.int32],
        case_ids: npt.NDArray[np.int32],
        first_piece: npt.NDArray[np.bool_],
        lengths: npt.NDArray[np.int32],
        open_relations: bytes = b"",
    ) -> Read:
        """Extracts from windows; a window's result does not depend on the others.

        Args:
            input_ids: int32 [P] piece ids of all windows end to end, each with [CLS] and [SEP].
            case_ids: int32 [P] how each piece's word is capitalised.
            first_piece: bool [P] true on the first piece of each word.
            lengths: int32 [W] pieces of each window.
            open_relations: Relations to extract besides the model's own, as `added.AddedRelations.parse` takes them.

        Raises:
            InvalidRequest: The arrays contradict each other or hold invalid values.
            CannotAdd: There are relations to add, but the model lacks the network that scores them.
        """
        self._check(input_ids, case_ids, first_piece, lengths)
        added = self._added(open_relations) if open_relations else None
        ends = np.cumsum(lengths).tolist()
        emissions: list[npt.NDArray[np.float32]] = []
        hidden: list[npt.NDArray[np.float32]] = []
        firsts: list[npt.NDArray[np.intp]] = []
        for end, length in zip(ends, lengths.tolist(), strict=True):
            window = slice(end - length, end)
            words = np.flatnonzero(first_piece[window])
            emitted, vectors = self.encode(input_ids[window], case_ids[window], words)
            emissions.append(emitted)
            hidden.append(vectors)
            firsts.append(words + (end - length))
        flat = np.concatenate(emissions)
        counts = np.array([len(words) for words in firsts], np.int32)
        paths = best_paths(flat, counts, self._transitions)
        return self._collect(input_ids, firsts, ends, flat, hidden, paths, added)

    def _added(self, text: bytes) -> Added:
        if self.adding.missing:
            raise CannotAdd(self.adding.missing)
        try:
            return self.adding.parse(text)
        except ValueError as error:
            raise InvalidRequest(f"open_relations: {error}") from error

    def encode(
        self, input_ids: npt.NDArray[np.int32], case_ids: npt.NDArray[np.int32], words: npt.NDArray[np.intp]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Returns the tag scores float32 [n, T] and vectors float32 [n, width] of one window's words.

        Args:
            input_ids: int32 [P].
            case_ids: int32 [P].
            words: int [n] first piece of each word.
        """
        feeds = {"input_ids": input_ids[None], "case_ids": case_ids[None]}
        emissions, hidden = self._encoder.run(["emissions", "hidden"], feeds)
        return emissions[0, words], hidden[0, words]

    def _collect(  # noqa: PLR0917
        self,
        input_ids: npt.NDArray[np.int32],
        firsts: list[npt.NDArray[np.intp]],
        ends: list[int],
        emissions: npt.NDArray[np.float32],
        hidden: list[npt.NDArray[np.float32]],
        paths: list[npt.NDArray[np.int32]],
        added: Added | None,
    ) -> Read:
        mentions: list[tuple[int, int, int, int]] = []
        relations: list[tuple[int, int, int, int]] = []
        relation_scores: list[float] = []
        modalities: list[int] = []
        ids = input_ids.tolist()
        for window, path in enumerate(paths):
            found = spans(path)
            if not found:
                continue
            base = len(mentions)
            mentions += [(window, *mention) for mention in found]
            stops = [*firsts[window].tolist(), ends[window] - 1]
            surfaces = [input_ids[stops[first] : stops[end]].tobytes() for first, end, _ in found]
            names = [
                Name(first, end, self._kinds[kind], s) for (first, end, kind), s in zip(found, surfaces, strict=True)
            ]
            anaphors = self._anaphora.resolve(word_pieces(ids, stops), names)
            related = self._relate(hidden[window], found, surfaces, anaphors)
            if added is not None:
                related += self._relate_added(hidden[window], found, surfaces, anaphors, added)
            for subject, obj, relation, score, modality in related:
                relations.append((window, base + subject, base + obj, relation))
                relation_scores.append(score)
                modalities.append(modality)
        found_mentions = np.array(mentions, np.int32).reshape(-1, 4)
        # Where each window begins and ends among all words.
        bounds = np.concatenate([[0], np.cumsum([len(path) for path in paths])])
        begins, closes = bounds[found_mentions[:, 0]], bounds[found_mentions[:, 0] + 1]
        where = np.stack([begins + found_mentions[:, 1], begins + found_mentions[:, 2], found_mentions[:, 3]], axis=1)
        scores = mention_scores(
            emissions,
            np.concatenate(paths),
            where,
            np.stack([begins, closes], axis=1),
            self._transitions,
            **self._mention_line,
        )
        return Read(
            found_mentions,
            scores.astype(np.float32),
            np.array(relations, np.int32).reshape(-1, 4),
            np.array(relation_scores, np.float32),
            np.array(modalities, np.int32),
        )

    def _relate(
        self, words: npt.NDArray[np.float32], mentions: list[Mention], surfaces: list[bytes], anaphors: list[Anaphor]
    ) -> list[tuple[int, int, int, float, int]]:
        """Returns (subject mention, object mention, relation, score, modality) of one window."""
        given = self.rules.gather(mentions, surfaces, len(words), anaphors)
        if given is None:
            return []
        scores, modality = self.score_pairs(words, *given[: len(GATHERED)])
        rows, columns = np.nonzero((scores >= LEAST_SCORE) & self.rules.possible(given))
        return [
            (*given.nearest[row], column, float(scores[row, column]), int(modality[row]))
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        ]

    def _relate_added(
        self,
        words: npt.NDArray[np.float32],
        mentions: list[Mention],
        surfaces: list[bytes],
        anaphors: list[Anaphor],
        added: Added,
    ) -> list[tuple[int, int, int, float, int]]:
        """Returns the same for the added relations."""
        given = added.rules.gather(mentions, surfaces, len(words), anaphors)
        if given is None:
            return []
        scores = self.adding.score(words, mentions, given, added)
        rows, columns = np.nonzero((scores >= LEAST_SCORE) & added.rules.possible(given))
        return [
            (*given.nearest[row], len(self.relations) + column, float(scores[row, column]), 0)
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        ]

    def score_pairs(  # noqa: PLR0917  a graph's inputs, in its order
        self,
        words: npt.NDArray[np.float32],
        first: npt.NDArray[np.int64],
        last: npt.NDArray[np.int64],
        pool: npt.NDArray[np.float32],
        kinds: npt.NDArray[np.float32],
        pairs: npt.NDArray[np.int64],
        steps: npt.NDArray[np.int64],
        spans: npt.NDArray[np.int64],
        covers: npt.NDArray[np.int64],
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.intp]]:
        """Returns float32 [K, R], each relation's calibrated probability, and int [K], each pair's modality.

        Takes the inputs of `pairs.onnx`.
        """
        given = (first, last, pool, kinds, pairs, steps, spans, covers)
        raw, modality = self._pairs.run(None, {"words": words, **dict(zip(GATHERED, given, strict=True))})
        # Below this exp() would overflow with a warning; the probability is the same.
        lines = np.maximum(self._slope * raw + self._offset, -80)
        probabilities: npt.NDArray[np.float32] = 1 / (1 + np.exp(-lines))
        return probabilities, modality.argmax(axis=1)

    def _check(
        self,
        input_ids: npt.NDArray[np.int32],
        case_ids: npt.NDArray[np.int32],
        first_piece: npt.NDArray[np.bool_],
        lengths: npt.NDArray[np.int32],
    ) -> None:
        pieces = len(input_ids)
        if not len(lengths):
            raise InvalidRequest("lengths is empty: a request must hold at least one window")
        if len(case_ids) != pieces or len(first_piece) != pieces:
            raise InvalidRequest(
                "input_ids, case_ids and first_piece must be equally long, "
                f"not {pieces}, {len(case_ids)} and {len(first_piece)}"
            )
        if int(lengths.sum()) != pieces:
            raise InvalidRequest(f"lengths sum to {int(lengths.sum())}, but there are {pieces} pieces")
        least, most = int(lengths.min()), int(lengths.max())
        if least < SHORTEST or most > self.max_pieces:
            raise InvalidRequest(f"a window holds {SHORTEST} to {self.max_pieces} pieces, not {least} to {most}")
        if input_ids.min() < 0 or input_ids.max() >= VOCABULARY:
            raise InvalidRequest(f"input_ids must lie in 0 to {VOCABULARY - 1}")
        if case_ids.min() < 0 or case_ids.max() >= CASES:
            raise InvalidRequest(f"case_ids must lie in 0 to {CASES - 1}")


def session(path: Path, threads: int) -> Any:
    """Opens an ONNX file of the version folder."""
    return open_session(path, threads, precise=True, spinning=False)
