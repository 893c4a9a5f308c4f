"""Turns words into the ids that the model reads, with a vocabulary of whole words or a tokenizer's word pieces."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from inference.text.language.words import WordTokenizer

PADDING = 0
UNKNOWN = 1
START = 2
"""Ids of a `Vocabulary`; a tokenizer has its own start."""


class Reader(Protocol):
    """Turns words into ids."""

    @property
    def start(self) -> int:
        """The id before a text."""
        ...

    def ids(self, words: Sequence[str]) -> list[list[int]]:
        """Returns the ids of each word, at least one a word."""
        ...


class Vocabulary:
    """Whole words in lower case; all unknown words share an id."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(sorted({word.lower() for word in words}))
        self._ids = {word: number for number, word in enumerate(self.words, START + 1)}

    def __len__(self) -> int:
        """Returns how many ids there are."""
        return START + 1 + len(self.words)

    @property
    def start(self) -> int:
        """The id before a text."""
        return START

    def ids(self, words: Sequence[str]) -> list[list[int]]:
        """Returns one id a word."""
        return [[self._ids.get(word.lower(), UNKNOWN)] for word in words]


class Pieces:
    """Word pieces of a `tokenizer.json`."""

    def __init__(self, tokenizer: WordTokenizer) -> None:
        self._tokenizer = tokenizer

    @property
    def start(self) -> int:
        """The id of [CLS]."""
        return self._tokenizer.cls_id

    def ids(self, words: Sequence[str]) -> list[list[int]]:
        """Returns the pieces of each word; a word without pieces gets [SEP]."""
        return [found.pieces or [self._tokenizer.sep_id] for found in self._tokenizer.words(words)]
