"""Extracts mentions, relations and happenings from windows of text: encoder, Viterbi, heads.

Needs only numpy and onnxruntime.

Each window is encoded by itself, without padding. Quantised activations are scaled by the largest value of the batch,
so in a shared batch a window's result would depend on the other windows, and an article redelivered in another batch
would give other triples.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from added import CASES, GATHERED, VOCABULARY, Added, AddedRelations
from anaphora import Anaphor, Anaphora, Name, word_pieces
from happenings import Happenings, Told, column
from onnx_session import open_session
from pairing import Mention, PairRules
from second_reading import LIKELY, Encoded, SecondReading
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
        happenings: int32 [H, 5] (window, first word, end word, class, modality) of each trigger; none if the weights
            know no happenings. Triggers are not among the mentions.
        happening_scores: float32 [H, 2] probability that the words are a trigger, and of its class.
        roles: int32 [P, 3] (happening, mention, role).
        role_scores: float32 [P].
    """

    mentions: npt.NDArray[np.int32]
    mention_scores: npt.NDArray[np.float32]
    relations: npt.NDArray[np.int32]
    relation_scores: npt.NDArray[np.float32]
    relation_modalities: npt.NDArray[np.int32]
    happenings: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 5), np.int32))
    happening_scores: npt.NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 2), np.float32))
    roles: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, 3), np.int32))
    role_scores: npt.NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))


@dataclass(slots=True)
class _Found:
    """What the windows so far hold; the lists are the rows of `Read`.

    Attributes:
        spans: (window, first word, end word, type) of every span, triggers included.
        places: Of each span, its row in the mentions or in the happenings.
        told: The happenings of all windows, also of those to come.
    """

    spans: list[tuple[int, int, int, int]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    mentions: int = 0
    happenings: int = 0
    relations: list[tuple[int, int, int, int]] = field(default_factory=list)
    relation_scores: list[float] = field(default_factory=list)
    modalities: list[int] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    roles: list[tuple[int, int, int]] = field(default_factory=list)
    role_scores: list[float] = field(default_factory=list)


class Encoder(Protocol):
    """Runs the encoder: an onnxruntime session, or an object that is called like one."""

    def run(self, outputs: list[str], feeds: dict[str, Any]) -> list[npt.NDArray[np.float32]]:
        """Returns `emissions` [1, P, T], `hidden` [1, P, width] and `states` [1, layers, P, width].

        Of `input_ids` and `case_ids` [1, P]; only a model with a second reading is asked for `states`.
        """
        ...


class Reader:
    """The model's networks and tables, loaded from a version folder."""

    def __init__(self, folder: Path, threads: int = 1, encoder: Encoder | None = None) -> None:
        """Loads a version folder: `labels.json` and the graphs; `encoder.onnx` only if no other encoder is given."""
        labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        self.types: list[str] = labels["entity_types"]
        self.relations: list[str] = labels["relations"]
        self.max_pieces: int = labels["max_pieces"]
        self._transitions = np.array(labels["transitions"], np.float32)
        self._slope = np.array(labels["calibration"]["slope"], np.float32)
        self._offset = np.array(labels["calibration"]["offset"], np.float32)
        self._mention_line = labels.get("mention_calibration", {"slope": 1.0, "offset": 0.0})
        self.happenings = Happenings(folder, labels, lambda path: session(path, threads))
        triggers, fillers = self.happenings.ends(self.types)
        self.rules = PairRules(
            self.types,
            [*self.relations, *map(column, self.happenings.roles)],
            labels["domains"] | triggers,
            labels["ranges"] | fillers,
            labels["distance_buckets"],
        )
        self._kinds = [frozenset({kind}) for kind in range(len(self.types))]
        self._anaphora = Anaphora(labels.get("anaphora", ()), self.types)
        self._encoder: Encoder = encoder or session(folder / "encoder.onnx", threads)
        self._pairs = session(folder / "pairs.onnx", threads)
        self.second = SecondReading(folder, labels, lambda path: session(path, threads))
        self._wanted = ["emissions", "hidden", *(["states"] if self.second.known else [])]
        self.adding = AddedRelations(
            folder, labels, lambda *label: self.encode(*label).words, lambda path: session(path, threads)
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
        encoded: list[Encoded] = []
        firsts: list[npt.NDArray[np.intp]] = []
        for end, length in zip(ends, lengths.tolist(), strict=True):
            window = slice(end - length, end)
            words = np.flatnonzero(first_piece[window])
            encoded.append(self.encode(input_ids[window], case_ids[window], words))
            firsts.append(words + (end - length))
        flat = np.concatenate([each.emissions for each in encoded])
        counts = np.array([len(words) for words in firsts], np.int32)
        paths = best_paths(flat, counts, self._transitions)
        return self._collect(input_ids, firsts, ends, flat, encoded, paths, added)

    def _added(self, text: bytes) -> Added:
        if self.adding.missing:
            raise CannotAdd(self.adding.missing)
        try:
            return self.adding.parse(text)
        except ValueError as error:
            raise InvalidRequest(f"open_relations: {error}") from error

    def encode(
        self, input_ids: npt.NDArray[np.int32], case_ids: npt.NDArray[np.int32], words: npt.NDArray[np.intp]
    ) -> Encoded:
        """Encodes one window.

        Args:
            input_ids: int32 [P].
            case_ids: int32 [P].
            words: int [n] first piece of each word.
        """
        feeds = {"input_ids": input_ids[None], "case_ids": case_ids[None]}
        emissions, hidden, *states = self._encoder.run(self._wanted, feeds)
        lasts = np.append(words[1:], len(input_ids) - 1) - 1
        seen = states[0][0] if states else np.zeros((0, *hidden.shape[1:]), np.float32)
        return Encoded(emissions[0, words], hidden[0, words], seen, words, lasts[: len(words)])

    def _collect(  # noqa: PLR0917
        self,
        input_ids: npt.NDArray[np.int32],
        firsts: list[npt.NDArray[np.intp]],
        ends: list[int],
        emissions: npt.NDArray[np.float32],
        encoded: list[Encoded],
        paths: list[npt.NDArray[np.int32]],
        added: Added | None,
    ) -> Read:
        every = [spans(path) for path in paths]
        all_found = _Found(told=self._reported([each.words for each in encoded], every))
        ids = input_ids.tolist()
        for window, found in enumerate(every):
            if not found:
                continue
            stops = [*firsts[window].tolist(), ends[window] - 1]
            surfaces = [input_ids[stops[first] : stops[end]].tobytes() for first, end, _ in found]
            anaphors = self._anaphora.resolve(word_pieces(ids, stops), self._names(found, surfaces))
            surfaces = self._apart(found, surfaces)
            related = self._relate(encoded[window], found, surfaces, anaphors)
            plain = [row for row in related if row[2] < len(self.relations)]
            if added is not None:
                plain += self._relate_added(encoded[window].words, found, surfaces, anaphors, added)
            base = len(all_found.spans)
            self._add(window, found, all_found)
            for subject, obj, relation, score, modality in plain:
                both = all_found.places[base + subject], all_found.places[base + obj]
                all_found.relations.append((window, *both, relation))
                all_found.relation_scores.append(score)
                all_found.modalities.append(modality)
            self._cast(related, base, all_found)
        return self._read(all_found, emissions, paths)

    def _names(self, found: list[Mention], surfaces: list[bytes]) -> list[Name]:
        """Returns the spans of a window as names, among which triggers stand nowhere: no anaphor means one."""
        nowhere = Name(0, 0, frozenset(), b"")
        return [
            nowhere if kind == self.happenings.type else Name(first, end, self._kinds[kind], surface)
            for (first, end, kind), surface in zip(found, surfaces, strict=True)
        ]

    def _apart(self, found: list[Mention], surfaces: list[bytes]) -> list[bytes]:
        """Returns the surfaces, each trigger's its own: "killed" twice in a window are two happenings."""
        if not self.happenings.known:
            return surfaces
        return [
            surface + index.to_bytes(3, "little") if kind == self.happenings.type else surface
            for index, ((_, _, kind), surface) in enumerate(zip(found, surfaces, strict=True))
        ]

    def _reported(self, hidden: list[npt.NDArray[np.float32]], every: list[list[Mention]]) -> list[Told]:
        """Returns what happens in each window, in order: a trigger's own words decide, so all are asked for at once."""
        begins = np.cumsum([0, *map(len, hidden)]).tolist()
        triggers = [
            (begin + first, begin + end, kind)
            for begin, found in zip(begins, every, strict=False)
            for first, end, kind in found
            if kind == self.happenings.type
        ]
        return self.happenings.read(np.concatenate(hidden), triggers) if triggers else []

    def _add(self, window: int, found: list[Mention], to: _Found) -> None:
        """Adds the spans of a window: names as mentions, triggers as happenings."""
        to.spans += [(window, *span) for span in found]
        for _, _, kind in found:
            if kind == self.happenings.type:
                to.places.append(to.happenings)
                to.happenings += 1
            else:
                to.places.append(to.mentions)
                to.mentions += 1

    def _cast(self, related: list[tuple[int, int, int, float, int]], base: int, to: _Found) -> None:
        """Adds the roles among a window's pairs that the happenings' classes have."""
        for subject, obj, kind, score, _ in related:
            role = kind - len(self.relations)
            if role < 0:
                continue
            happening = to.places[base + subject]
            if self.happenings.fillers[to.told[happening].kind, role, to.spans[base + obj][3]]:
                to.roles.append((happening, to.places[base + obj], role))
                to.role_scores.append(score)

    def _read(self, found: _Found, emissions: npt.NDArray[np.float32], paths: list[npt.NDArray[np.int32]]) -> Read:
        rows = np.array(found.spans, np.int32).reshape(-1, 4)
        # Where each window begins and ends among all words.
        bounds = np.concatenate([[0], np.cumsum([len(path) for path in paths])])
        begins, closes = bounds[rows[:, 0]], bounds[rows[:, 0] + 1]
        where = np.stack([begins + rows[:, 1], begins + rows[:, 2], rows[:, 3]], axis=1)
        trigger = rows[:, 3] == self.happenings.type
        scores = mention_scores(
            emissions,
            np.concatenate(paths),
            where,
            np.stack([begins, closes], axis=1),
            self._transitions,
            **self._lines(trigger),
        ).astype(np.float32)
        told = found.told
        kinds = np.array([(one.kind, one.modality) for one in told], np.int32).reshape(-1, 2)
        return Read(
            rows[~trigger],
            scores[~trigger],
            np.array(found.relations, np.int32).reshape(-1, 4),
            np.array(found.relation_scores, np.float32),
            np.array(found.modalities, np.int32),
            np.concatenate([rows[trigger, :3], kinds], axis=1),
            np.stack([scores[trigger], np.array([one.score for one in told], np.float32)], axis=1),
            np.array(found.roles, np.int32).reshape(-1, 3),
            np.array(found.role_scores, np.float32),
        )

    def _lines(self, trigger: npt.NDArray[np.bool_]) -> dict[str, Any]:
        """Returns the calibration of spans; names and triggers have one each."""
        if not self.happenings.known:
            return self._mention_line
        own = self.happenings.line
        return {part: np.where(trigger, own[part], self._mention_line[part]) for part in ("slope", "offset")}

    def _relate(
        self, window: Encoded, mentions: list[Mention], surfaces: list[bytes], anaphors: list[Anaphor]
    ) -> list[tuple[int, int, int, float, int]]:
        """Returns (subject mention, object mention, relation, score, modality) of one window."""
        given = self.rules.gather(mentions, surfaces, len(window.words), anaphors)
        if given is None:
            return []
        scores, modality = self.score_pairs(window, *given[: len(GATHERED)])
        rows, columns = np.nonzero((scores >= LEAST_SCORE) & self.rules.possible(given.kinds, given.pairs))
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
        rows, columns = np.nonzero((scores >= LEAST_SCORE) & added.rules.possible(given.kinds, given.pairs))
        return [
            (*given.nearest[row], len(self.relations) + column, float(scores[row, column]), 0)
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        ]

    def score_pairs(  # noqa: PLR0917  a graph's inputs, in its order
        self,
        window: Encoded,
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

        Takes the window, and besides its words the inputs of `pairs.onnx`. What is likely is read a second time.
        """
        given = (first, last, pool, kinds, pairs, steps, spans, covers)
        raw, modes = self._pairs.run(None, {"words": window.words, **dict(zip(GATHERED, given, strict=True))})
        lines = self._slope * raw + self._offset
        scores, modality = _probability(lines), modes.argmax(axis=1)
        if self.second.known:
            likely = (scores >= LIKELY) & self.rules.possible(kinds, pairs)
            rows = np.flatnonzero(likely.any(axis=1))
            if len(rows):
                subjects, objects = kinds.argmax(axis=1)[pairs[rows]].T
                again, modality[rows] = self.second.read(window, spans[rows], subjects, objects, lines[rows])
                scores[rows] = np.where(likely[rows], _probability(again), scores[rows])
        return scores, modality

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


def _probability(log_odds: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    # Below this exp() would overflow with a warning; the probability is the same.
    found: npt.NDArray[np.float32] = 1 / (1 + np.exp(-np.maximum(log_odds, -80)))
    return found


def session(path: Path, threads: int) -> Any:
    """Opens an ONNX file of the version folder."""
    return open_session(path, threads, precise=True, spinning=False)
