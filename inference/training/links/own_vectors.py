"""Text vectors of many entities, made by the served model and kept in a file."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inference.link_prediction.inputs import Floats
from inference.text_embedding.client import EMBEDDING_MODEL
from inference.text_embedding.local import SentenceEncoder
from inference.text_embedding.text import entity_text
from inference.training.common.progress import OnProgress, ignore_progress
from inference.training.links.own_graph import OwnEntity
from topology.graph.vectors import OWN_WIDTH

TEXTS = 256


def own_vectors(
    entities: Sequence[OwnEntity], models: Path, cache: Path, progress: OnProgress = ignore_progress
) -> dict[str, Floats]:
    """Returns each entity's own vector by its id, float32 [384].

    Args:
        entities: Each once.
        models: The model repository.
        cache: Folder where vectors are kept, by a hash of the texts and the encoder.
        progress: Called with the texts done, and their number.
    """
    folder = models / EMBEDDING_MODEL / "1"
    texts = [entity_text(entity.name, entity.type) for entity in entities]
    digest = hashlib.sha256((folder / "encoder.onnx").read_bytes())
    digest.update("\n".join(texts).encode())
    path = cache / f"vectors-{digest.hexdigest()[:16]}.npy"
    if path.is_file():
        vectors = np.load(path, allow_pickle=False)
    else:
        encoder = SentenceEncoder(models)
        parts = [np.zeros((0, OWN_WIDTH), np.float32)]
        for start in range(0, len(texts), TEXTS):
            parts.append(encoder.vectors(texts[start : start + TEXTS]))
            progress(min(start + TEXTS, len(texts)), len(texts))
        vectors = np.concatenate(parts)
        cache.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial.npy")
        np.save(partial, vectors, allow_pickle=False)
        partial.replace(path)
    return {entity.id: vector for entity, vector in zip(entities, vectors, strict=True)}
