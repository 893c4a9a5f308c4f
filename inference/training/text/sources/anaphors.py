"""The anaphors that the model reads as names: which words they are, and how training resolves them.

Training uses the very code of the version folder, so that what is learned is what is served.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from inference.text.language.words import WordTokenizer
from inference.text_extraction.windows import Window
from inference.training.text.nodes import Node
from inference.triton.served_code import served_code
from topology.settings import REPOSITORY

CODE = REPOSITORY / "triton_models" / "text_extraction" / "1"


def table(tokenizer: WordTokenizer) -> list[dict[str, Any]]:
    """Returns the rows that `labels.json` holds, made of `anaphors.yaml`: `words`, `wanted` and `rivals`."""
    rows = []
    for entry in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")):
        for word in entry["words"]:
            (words,) = tokenizer.words([f"{entry.get('article', '')} {word}"])
            pieces = [words.pieces[a:b] for a, b in pairwise(words.first)]
            rows.append({"words": pieces, "wanted": entry["wanted"], "rivals": entry["rivals"]})
    return rows


class AnaphorFinder:
    """Finds the anaphors of training windows."""

    def __init__(self, tokenizer: WordTokenizer, types: Sequence[str]) -> None:
        """Takes the tokenizer that serves and the model's entity types."""
        self._code = served_code(CODE, "anaphora")
        self._anaphora = self._code.Anaphora(table(tokenizer), types)

    def added(self, window: Window, nodes: Sequence[Node]) -> tuple[Node, ...]:
        """Returns the nodes with the anaphors that stand for their names."""
        pieces, firsts = window.words.pieces, window.words.first[window.start : window.stop + 1]
        words = [tuple(pieces[a:b]) for a, b in pairwise(firsts)]
        names, owners = [], []
        for index, node in enumerate(nodes):
            kinds = frozenset(np.flatnonzero(node.types).tolist())
            for first, end in node.mentions:
                surface = np.array([p for word in words[first:end] for p in word], np.int32).tobytes()
                names.append(self._code.Name(first, end, kinds, surface))
                owners.append(index)
        found: dict[int, list[tuple[int, int]]] = {}
        for first, end, name in self._anaphora.resolve(words, names):
            found.setdefault(owners[name], []).append((first, end))
        return tuple(replace(node, anaphors=tuple(found.get(index, ()))) for index, node in enumerate(nodes))
