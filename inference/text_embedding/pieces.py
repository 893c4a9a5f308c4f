"""Splits texts into the word pieces that the sentence encoder reads."""

from collections.abc import Sequence
from pathlib import Path

from inference.text.language.words import read_tokenizer

MOST_PIECES = 64
"""Most word pieces of a text, with [CLS] and [SEP]; longer texts are cut."""


class SentencePieces:
    """Splits texts into pieces."""

    def __init__(self, path: Path) -> None:
        """Reads a `tokenizer.json`.

        Raises:
            FileNotFoundError: The file is missing.
        """
        self._tokenizer = read_tokenizer(path)
        self._tokenizer.enable_truncation(MOST_PIECES)

    def of(self, texts: Sequence[str]) -> list[list[int]]:
        """Returns each text's pieces, [CLS] first and [SEP] last. Any string is valid."""
        # Lone surrogates cannot be encoded.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return [encoding.ids for encoding in self._tokenizer.encode_batch(clean)]
