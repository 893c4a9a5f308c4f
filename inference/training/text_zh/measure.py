"""What the exported Chinese model gets right, as Triton would run it: names, relations of given names, and both."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.text.language.words import Words
from inference.text_extraction.windows import Window, pack
from inference.text_extraction_zh.units import UnitTokenizer
from inference.training.text.measure.scores import Tally
from inference.training.text_zh.data import Pair, Sentence
from inference.training.text_zh.labels import ENTITY_TYPES, ONTOLOGY, PLANS, RELATIONS, SYMMETRIC
from inference.triton.served_code import served_code

NamedFact = tuple[str, str, str]
"""(subject's characters, relation id, object's characters)."""


class Served:
    """The reader of a version folder, asked about sentences."""

    def __init__(self, folder: Path) -> None:
        """Loads the graphs, with the code in the same folder."""
        self.reader: Any = served_code(folder, "zh_reader").ChineseReader(folder)
        self.tokenizer = UnitTokenizer.load(folder / "vocabulary.json")

    def read(self, text: str) -> tuple[set[tuple[int, int, str]], set[tuple[NamedFact, float]]]:
        """Returns a sentence's names as (first character, end, type), and its facts with their scores."""
        (words,) = self.tokenizer.words([text])
        size = self.reader.max_pieces - 2
        spans: list[tuple[int, int, str]] = []
        facts: set[tuple[NamedFact, float]] = set()
        for start in range(0, len(words), size):
            window = Window(words, start, min(start + size, len(words)))
            packed = pack([window], self.tokenizer.cls_id, self.tokenizer.sep_id)
            found = self.reader.read(packed.input_ids, packed.case_ids, packed.first_piece, packed.lengths)
            here = [(*window.span(first, end), ENTITY_TYPES[kind]) for _, first, end, kind in found.mentions.tolist()]
            names = [text[first:end] for first, end, _ in here]
            rows = (found.relations, found.relation_scores, found.relation_modalities)
            for (_, subject, obj, relation), score, planned in zip(*(row.tolist() for row in rows), strict=True):
                if not planned:
                    facts.add(((names[subject], self.reader.relations[relation], names[obj]), score))
            spans += here
        return set(spans), facts

    def units(self, text: str) -> tuple[Words, npt.NDArray[np.float32]]:
        """Returns a sentence's units and the encoder's vectors of them, [CLS] and [SEP] included."""
        (words,) = self.tokenizer.words([text])
        packed = pack([Window(words, 0, len(words))], self.tokenizer.cls_id, self.tokenizer.sep_id)
        _, vectors = self.reader.encode(packed.input_ids, packed.case_ids)
        return words, vectors

    def classes(self, sentence: Sentence) -> npt.NDArray[np.float32]:
        """Returns float32 [pairs, classes]: what the pair head says of a sentence's pairs, with their given names."""
        words, vectors = self.units(sentence.text)
        ends = _ends(words, sentence)
        rows = [(*ends[pair.head], *ends[pair.tail]) for pair in sentence.pairs]
        shares: npt.NDArray[np.float32] = self.reader.classify(vectors, np.array(rows, np.int64))
        return shares

    def relations(self, sentence: Sentence) -> dict[tuple[int, int], npt.NDArray[np.float32]]:
        """Returns [relations, 2] probabilities for each unordered pair of given names that FinRE annotates."""
        words, vectors = self.units(sentence.text)
        mentions = [(first - 1, last, 0) for first, last in _ends(words, sentence)]
        pairs = sorted({(min(pair.head, pair.tail), max(pair.head, pair.tail)) for pair in sentence.pairs})
        scores, _ = self.reader.score(vectors, mentions, pairs)
        return dict(zip(pairs, scores, strict=True))


def _ends(words: Words, sentence: Sentence) -> list[tuple[int, int]]:
    """Returns the first and last unit of each name, [CLS] being unit 0."""
    starts, ends = np.array(words.starts), np.array(words.ends)
    return [
        (1 + int(np.searchsorted(ends, start, side="right")), int(np.searchsorted(starts, end, side="left")))
        for start, end, _ in sentence.names
    ]


def mentions(served: Served, sentences: Iterable[Sentence]) -> dict[str, Tally]:
    """Returns a tally for each entity type, exact span and type; sentences must be completely marked."""
    tallies = {type_: Tally() for type_ in ENTITY_TYPES}
    for sentence in sentences:
        found, _ = served.read(sentence.text)
        for type_, tally in tallies.items():
            tally.add({s for s in found if s[2] == type_}, {s for s in sentence.names if s[2] == type_})
    return tallies


def classes(served: Served, sentences: Iterable[Sentence]) -> dict[str, Tally]:
    """Returns a tally for each of FinRE's relations: the likeliest class of each ordered pair, names given."""
    tallies = {name: Tally() for name in RELATIONS if name != "unknown"}
    for sentence in sentences:
        if not sentence.pairs:
            continue
        for pair, shares in zip(sentence.pairs, served.classes(sentence), strict=True):
            best = RELATIONS[int(shares.argmax())]
            found = {best} - {"unknown"}
            for name in found | pair.relations:
                tallies[name].add(found & {name}, pair.relations & {name})
    return tallies


def gold(pair: Pair, *, plans: bool = False) -> set[tuple[str, bool]]:
    """Returns what FinRE says of a pair in the ontology's terms: (relation id, whether the tail is its subject).

    Args:
        pair: Two names and their relations.
        plans: Whether what is only planned counts, too.
    """
    known = {ONTOLOGY[name] for name in pair.relations if name in ONTOLOGY and (plans or name not in PLANS)}
    return {(id_, swapped and id_ not in SYMMETRIC) for id_, swapped in known}


def judged(served: Served, sentences: Iterable[Sentence]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Returns each relation's probability for each pair of given names, in both directions, and whether it holds."""
    scores: list[float] = []
    truth: list[bool] = []
    ids: Sequence[str] = served.reader.relations
    for sentence in sentences:
        if not sentence.pairs:
            continue
        holds: dict[tuple[int, int], set[tuple[str, bool]]] = {}
        for pair in sentence.pairs:
            turned = pair.head > pair.tail
            said = {(id_, back != (turned and id_ not in SYMMETRIC)) for id_, back in gold(pair, plans=True)}
            holds.setdefault((min(pair.head, pair.tail), max(pair.head, pair.tail)), set()).update(said)
        for places, shares in served.relations(sentence).items():
            for column, id_ in enumerate(ids):
                for way in (0, 1):
                    if way == 0 or id_ not in SYMMETRIC:
                        scores.append(float(shares[column, way]))
                        truth.append((id_, bool(way)) in holds[places])
    return np.array(scores), np.array(truth, np.bool_)


def facts(served: Served, sentences: Iterable[Sentence], thresholds: Sequence[float]) -> list[Tally]:
    """Returns a tally of facts end to end for each threshold: the model's own names, characters equal.

    Only facts between pairs that FinRE annotates are counted.
    """
    tallies = [Tally() for _ in thresholds]
    for sentence in sentences:
        names = [sentence.text[start:end] for start, end, _ in sentence.names]
        wanted, spoken = set(), set()
        for pair in sentence.pairs:
            spoken.add(frozenset((names[pair.head], names[pair.tail])))
            for id_, swapped in gold(pair):
                subject, obj = (pair.tail, pair.head) if swapped else (pair.head, pair.tail)
                wanted.add(_fact(names[subject], id_, names[obj]))
        _, found = served.read(sentence.text)
        given = [(_fact(*fact), score) for fact, score in found if frozenset((fact[0], fact[2])) in spoken]
        for least, tally in zip(thresholds, tallies, strict=True):
            tally.add({fact for fact, score in given if score >= least}, wanted)
    return tallies


def _fact(subject: str, id_: str, obj: str) -> NamedFact:
    if id_ in SYMMETRIC:
        subject, obj = sorted((subject, obj))
    return subject, id_, obj
