"""Passages to window examples: the served words and windows, plus what may be learned from each."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from inference.text.language.sentences import split_sentences
from inference.text.language.words import WordTokenizer
from inference.text_extraction.windows import Window, make_windows, pack
from inference.training.text import tags
from inference.training.text.happenings import Trigger, TriggerFinder
from inference.training.text.nodes import Node
from inference.training.text.outputs import outputs_of
from inference.training.text.pair_targets import PairTargets
from inference.training.text.sources.anaphors import AnaphorFinder
from inference.training.text.sources.passages import Passage
from topology.ontology import HAPPENING, Ontology

DEV_SHARE = 20
"""One document in so many is held out of each training source."""


@dataclass(frozen=True, slots=True)
class Example:
    """A window with its targets; P pieces, n words, T tags, K ordered pairs, R columns, H triggers.

    The columns are the ontology's relations and, from a trigger to what plays a part, the roles.

    Attributes:
        source: Name of the source.
        passage: The passage it was cut from.
        window: Where in the passage.
        ids: int32 [P].
        cases: int32 [P].
        word_pieces: int64 [n] first piece of each word.
        allowed: bool [n, T] tags that agree with the annotation.
        nodes: The candidates of the pair head.
        pairs: int64 [K, 2] nodes; every ordered pair of different entities.
        positive: bool [K, R] relations and roles that hold.
        known: bool [K, R] relations and roles that were decided on (positive ones included).
        modality: int64 [K] index into `MODALITIES` of what is said of the pair, or `UNKNOWN`.
        triggers: int64 [H, 4] first word, last word, class and modality of each trigger; see `TriggerFinder.targets`.
    """

    source: str
    passage: Passage
    window: Window
    ids: npt.NDArray[np.int32]
    cases: npt.NDArray[np.int32]
    word_pieces: npt.NDArray[np.int64]
    allowed: npt.NDArray[np.bool_]
    nodes: tuple[Node, ...]
    pairs: npt.NDArray[np.int64]
    positive: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]
    modality: npt.NDArray[np.int64]
    triggers: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 4), np.int64))


def is_dev(passage: Passage) -> bool:
    """Returns whether the passage's document is held out; a hash of its name decides."""
    return hashlib.sha256(f"{passage.source}/{passage.id}".encode()).digest()[0] % DEV_SHARE == 0


class ExampleMaker:
    """Turns passages into examples."""

    def __init__(self, tokenizer: WordTokenizer, ontology: Ontology) -> None:
        self.tokenizer = tokenizer
        outputs = outputs_of(ontology)
        self.types = list(outputs.types)
        self.relations = list(outputs.relations)
        self._pairs = PairTargets(ontology)
        self._anaphors = AnaphorFinder(tokenizer, self.types)
        self._triggers = TriggerFinder(outputs)

    def examples(self, passages: Iterable[Passage]) -> Iterator[Example]:
        """Yields every window of the passages that teaches something."""
        for passage in passages:
            (words,) = self.tokenizer.words([passage.text])
            for window in make_windows(words, split_sentences(passage.text)):
                example = self._example(passage, window)
                if not example.allowed.all() or len(example.pairs):
                    yield example

    def _example(self, passage: Passage, window: Window) -> Example:
        packed = pack([window], self.tokenizer.cls_id, self.tokenizer.sep_id)
        allowed, places = self._tags(passage, window)
        triggers = self._find_triggers(passage, window, places)
        self._triggers.tag(triggers, allowed)
        # Anaphors stand for names, so the triggers come after them.
        nodes = self._anaphors.added(window, self._nodes(passage, places)) + self._triggers.nodes(passage, triggers)
        targets = self._pairs.targets(passage, window, nodes)
        return Example(
            passage.source,
            passage,
            window,
            packed.input_ids,
            packed.case_ids,
            np.flatnonzero(packed.first_piece),
            allowed,
            nodes,
            targets.pairs,
            targets.positive,
            targets.known,
            targets.modality,
            self._triggers.targets(passage, triggers),
        )

    def _find_triggers(self, passage: Passage, window: Window, places: dict[int, tuple[int, int]]) -> list[Trigger]:
        words = window.words
        starts, ends = (every[window.start : window.stop] for every in (words.starts, words.ends))
        return self._triggers.find(passage, starts, ends, places.values())

    def _tags(self, passage: Passage, window: Window) -> tuple[npt.NDArray[np.bool_], dict[int, tuple[int, int]]]:
        """Returns the allowed tags [n, T] and the words of each mark that stands in the window."""
        words = window.words
        starts = words.starts[window.start : window.stop]
        ends = words.ends[window.start : window.stop]
        # An ontology without happenings has no such type.
        labelled = passage.labelled.intersection(self.types)
        allowed = np.tile(tags.free(self.types, labelled), (len(starts), 1))
        for a, b in passage.unread:
            allowed[_touching(starts, ends, a, b)] = tags.free(self.types, labelled - {HAPPENING})
        bare = tags.free(self.types, {*self.types} - {"date", "quantity", "office", HAPPENING} | labelled)
        for a, b in passage.bare:
            for i in _touching(starts, ends, a, b):
                allowed[i] = bare
        for a, b in passage.silent:
            allowed[_touching(starts, ends, a, b)] = True
        places: dict[int, tuple[int, int]] = {}
        for index, mark in enumerate(passage.marks):
            inside = _touching(starts, ends, mark.start, mark.end)
            if not inside:
                continue
            if starts[inside[0]] != mark.start or ends[inside[-1]] != mark.end:
                allowed[inside] = True  # a mark that cuts a word says nothing about it
                continue
            places[index] = inside[0], inside[-1] + 1
            for i in inside:
                allowed[i] = tags.span(self.types, mark.types, first=i == inside[0])
        return allowed, places

    def _nodes(self, passage: Passage, places: dict[int, tuple[int, int]]) -> tuple[Node, ...]:
        nodes: list[Node] = []
        for entity, members in enumerate(passage.entities):
            surfaces: dict[str, list[int]] = {}
            for member in members:
                if member in places:
                    mark = passage.marks[member]
                    surfaces.setdefault(passage.text[mark.start : mark.end].lower(), []).append(member)
            for group in surfaces.values():
                kinds = frozenset.intersection(*(passage.marks[m].types for m in group))
                row = np.array([name in (kinds or passage.marks[group[0]].types) for name in self.types], np.float32)
                nodes.append(Node(tuple(places[m] for m in group), row / row.sum(), entity))
        return tuple(nodes)


def _touching(starts: Sequence[int], ends: Sequence[int], a: int, b: int) -> list[int]:
    return [i for i, (start, end) in enumerate(zip(starts, ends, strict=True)) if start < b and a < end]
