"""Texts to the word pieces that the sentence encoder reads."""

import os
from collections.abc import Sequence
from pathlib import Path

# Threads of the tokenizer's own would fight with the model for the cores, and it forbids them after a fork anyway.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from tokenizers import Tokenizer

MOST_PIECES = 64
"""Word pieces of a text with [CLS] and [SEP]; longer texts are cut."""


class SentencePieces:
    """Splits texts into pieces."""

    def __init__(self, path: Path) -> None:
        """Reads a `tokenizer.json`.

        Raises:
            FileNotFoundError: There is none.
        """
        if not path.is_file():
            raise FileNotFoundError(f"no tokenizer at {path}")
        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MOST_PIECES)
        # A text that spells out "[SEP]" must not end itself.
        self._tokenizer.encode_special_tokens = True

    def of(self, texts: Sequence[str]) -> list[list[int]]:
        """Returns each text's pieces, [CLS] first and [SEP] last. Any string will do."""
        # Lone surrogates cannot be encoded.
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return [encoding.ids for encoding in self._tokenizer.encode_batch(clean)]
