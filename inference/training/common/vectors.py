"""Text vectors of entities: the packaged MiniLM over names and descriptions, as its makers pool it, kept in a file."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from inference.training.common.minilm import pretrained_folder
from inference.training.common.progress import OnProgress, ignore_progress
from inference.training.links.knowledge_graph import Modality
from inference.training.text.encoder import Encoder, EncoderShape

MOST_PIECES = 64
"""Word pieces of a text; WN18RR's longest definitions are cut."""
TEXTS = 64


def text_modality(texts: Sequence[str], cache: Path, progress: OnProgress = ignore_progress) -> Modality:
    """Returns the texts' vectors, float32 [texts, 384] of length one; an empty text has none.

    Args:
        texts: One for each entity, "" for none.
        cache: Folder where they are kept, by a hash of the texts.
        progress: Called with the texts done, and their number.

    Raises:
        EncoderMissing: The package that carries the encoder is not installed.
    """
    digest = hashlib.sha256("\n".join([str(MOST_PIECES), *texts]).encode()).hexdigest()[:16]
    path = cache / f"minilm-{digest}.npy"
    if path.is_file():
        vectors = np.load(path, allow_pickle=False)
    else:
        vectors = _encode(texts, progress)
        cache.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial.npy")
        np.save(partial, vectors, allow_pickle=False)
        partial.replace(path)
    return Modality(vectors, np.array([bool(text) for text in texts]))


def _encode(texts: Sequence[str], progress: OnProgress) -> npt.NDArray[np.float32]:
    folder = pretrained_folder()
    shape = EncoderShape()
    encoder = Encoder(shape)
    encoder.load_minilm(folder / "model.safetensors")
    encoder.eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MOST_PIECES)
    tokenizer.no_padding()
    pieces = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
    vectors = np.zeros((len(texts), shape.width), dtype=np.float32)
    # Texts of similar length together, so that little is padding.
    order = sorted((row for row, text in enumerate(texts) if text), key=lambda row: len(pieces[row]))
    with torch.no_grad():
        for first in range(0, len(order), TEXTS):
            rows = order[first : first + TEXTS]
            vectors[rows] = _pooled(encoder, [pieces[row] for row in rows]).numpy()
            progress(min(first + TEXTS, len(order)), len(order))
    return vectors


def _pooled(encoder: Encoder, pieces: Sequence[Sequence[int]]) -> Tensor:
    longest = max(map(len, pieces))
    ids = torch.tensor([[*given, *[0] * (longest - len(given))] for given in pieces])
    mask = torch.arange(longest)[None] < torch.tensor([len(given) for given in pieces])[:, None]
    states = encoder(ids, torch.zeros_like(ids), mask) * mask[:, :, None]
    return functional.normalize(states.sum(dim=1) / mask.sum(dim=1, keepdim=True), dim=1)
