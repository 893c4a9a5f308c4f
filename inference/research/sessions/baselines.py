"""Baselines without training: how often an item was named, and how often together with the story's items."""

import numpy as np
import numpy.typing as npt

from inference.training.next_entity.batch import Batch


def popularity(batch: Batch) -> npt.NDArray[np.float32]:
    """Returns in how many earlier sessions each candidate was named, [B, C]."""
    return batch.seen


def co_occurrence(batch: Batch) -> npt.NDArray[np.float32]:
    """Returns in how many each is named with the session's items, summed; of equals the more often named is first."""
    places = np.arange(batch.nodes.shape[1])[None]
    session = ((places <= batch.last[:, None]) & batch.mask).astype(np.float32)
    together = np.einsum("bcn,bn->bc", batch.links, session)
    return np.asarray(together + batch.seen / (1 + batch.seen.max(1, keepdims=True)), np.float32)


def likeness(batch: Batch) -> npt.NDArray[np.float32]:
    """Returns how alike the text vectors of candidates and of the last item are, as a cosine, [B, C]."""
    vectors = batch.tables["language"].vectors
    last = batch.nodes[np.arange(len(batch.nodes)), batch.last]
    candidates = vectors[batch.candidates]
    return np.asarray((candidates @ vectors[last][:, :, None])[..., 0], np.float32)
