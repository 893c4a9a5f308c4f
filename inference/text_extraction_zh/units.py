"""The Chinese model's units: a unit is a Chinese character, a sign, or a run of Latin letters or digits.

A unit has a piece id from the model's `vocabulary.json`, and a feature: its word's part of speech, by jieba, and its
position in that word. Model and training set are small, so the names in jieba's dictionary of 350,000 words help more
than anything else. Features travel as the `case_ids` of the text model's contract.
"""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from inference.text.language.words import Words
from inference.text_extraction_zh.segment import segment
from inference.text_extraction_zh.simplify import simplify

UNIT = re.compile(r"[A-Za-zÀ-ɏ]+|\d+|\S")
"""A unit of a text in simplified characters."""

PAD, CLS, SEP, UNKNOWN, LATIN = "[PAD]", "[CLS]", "[SEP]", "[UNK]", "[LATIN]"
SPECIAL = (PAD, CLS, SEP, UNKNOWN, LATIN)
"""The first entries of each vocabulary."""

_CLASSES: tuple[tuple[str, ...], ...] = (
    ("nr",),  # people
    ("ns",),  # places
    ("nt",),  # organisations
    ("nz",),  # other names
    ("nrt",),  # people, in foreign syllables
    ("j", "b"),  # short forms
    ("n",),
    ("v",),
    ("a", "d", "z"),
    ("p", "c", "u", "y", "e", "o", "h", "k"),  # words of grammar
    ("m", "q"),
    ("t",),
    ("r", "f", "s"),
    ("eng",),
    ("x", "w"),
)
_CLASS_OF = {flag: i for i, flags in enumerate(_CLASSES) for flag in flags}
_OTHER = len(_CLASSES)

FEATURES = 1 + 4 * (_OTHER + 1)
"""Number of features: 0 for [CLS] and [SEP], then four positions (begin, middle, end, whole) for each class."""


def word_class(flag: str) -> int:
    """Returns the class of a part of speech: that of its longest known beginning."""
    return next((_CLASS_OF[flag[:n]] for n in range(len(flag), 0, -1) if flag[:n] in _CLASS_OF), _OTHER)


def piece(unit: str) -> str:
    """Returns the vocabulary entry of a simplified unit: digits by their number, Latin letters in lower case."""
    return f"[{min(len(unit), 5)} DIGITS]" if unit.isdigit() else unit.lower()


class UnitTokenizer:
    """Splits Chinese texts into units; safe to use from several threads."""

    def __init__(self, pieces: Sequence[str]) -> None:
        """Takes the vocabulary in the order of its ids, starting with `SPECIAL`."""
        self._ids = {piece: i for i, piece in enumerate(pieces)}
        self.cls_id = self._ids[CLS]
        self.sep_id = self._ids[SEP]
        self._unknown = (self._ids[UNKNOWN], self._ids[LATIN])

    @classmethod
    def load(cls, path: Path) -> "UnitTokenizer":
        """Reads `vocabulary.json`, a list of pieces.

        Raises:
            FileNotFoundError: There is none.
        """
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def words(self, texts: Sequence[str]) -> list[Words]:
        """Returns the units of each text, as words of one piece each, with their features as cases."""
        return [self._words(text) for text in texts]

    def _words(self, text: str) -> Words:
        simple = simplify(text)
        spans, features = [], []
        for start, end, feature in units(simple):
            spans.append((start, end))
            features.append(feature)
        pieces = [self._id(simple[start:end]) for start, end in spans]
        starts, ends = [start for start, _ in spans], [end for _, end in spans]
        return Words(text, starts, ends, features, pieces, list(range(len(spans) + 1)))

    def _id(self, unit: str) -> int:
        found = self._ids.get(piece(unit))
        return self._unknown[unit[0].isascii() and unit.isalpha()] if found is None else found


def units(simple: str) -> Iterator[tuple[int, int, int]]:
    """Yields (start, end, feature) of each unit of a text in simplified characters."""
    words = iter(segment(simple))
    word = next(words, None)
    for match in UNIT.finditer(simple):
        start, end = match.span()
        while word is not None and word.end <= start:
            word = next(words, None)
        if word is None:
            raise AssertionError(f"jieba's words end before {start}")
        first, last = start <= word.start, end >= word.end
        place = 3 if first and last else 0 if first else 2 if last else 1
        yield start, end, 1 + 4 * word_class(word.flag) + place
