"""Batches of similar length, in an order that follows from the seed and the epoch alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from inference.training.text.dataset import Example
from inference.training.text.nodes import Node, covers, distance, pooling, spans
from inference.training.text.pairs import BUCKETS


@dataclass(frozen=True, slots=True)
class PairTask:
    """The pair head's input and targets for one window; see `PairHead.forward`."""

    row: int
    words: int
    first: Tensor
    last: Tensor
    pool: Tensor
    kinds: Tensor
    pairs: Tensor
    steps: Tensor
    spans: Tensor
    covers: Tensor
    positive: Tensor
    known: Tensor
    modality: Tensor


@dataclass(frozen=True, slots=True)
class Batch:
    """B windows of at most P pieces and n words.

    Attributes:
        ids: int64 [B, P].
        cases: int64 [B, P].
        mask: bool [B, P], false on padding.
        word_pieces: int64 [B, n] first piece of each word; 0 on padding.
        words: int64 [B] words of each window.
        allowed: bool [B, n, T].
        tasks: One for each window with pairs.
        triggers: int64 [H, 5] window, first and last word, class and modality of each trigger.
        bf16: Whether the encoder runs in bfloat16.
    """

    ids: Tensor
    cases: Tensor
    mask: Tensor
    word_pieces: Tensor
    words: Tensor
    allowed: Tensor
    tasks: tuple[PairTask, ...]
    triggers: Tensor
    bf16: bool


def bucket(nodes: Sequence[Node], subject: int, obj: int) -> int:
    """Returns the distance bucket of an ordered pair: by words between them, and which comes first."""
    apart = max(0, distance(nodes[subject], nodes[obj]))
    place = sum(apart >= bound for bound in BUCKETS) - 1
    after = nodes[subject].mentions[0] > nodes[obj].mentions[0]
    return place + len(BUCKETS) * after


def collate(examples: Sequence[Example], *, bf16: bool = True) -> Batch:
    """Pads examples to one batch."""
    pieces = max(len(e.ids) for e in examples)
    words = max(len(e.word_pieces) for e in examples)
    ids = np.zeros((len(examples), pieces), np.int64)
    cases = np.zeros_like(ids)
    mask = np.zeros(ids.shape, np.bool_)
    word_pieces = np.zeros((len(examples), words), np.int64)
    allowed = np.ones((len(examples), words, examples[0].allowed.shape[1]), np.bool_)
    triggers = [np.insert(e.triggers, 0, row, axis=1) for row, e in enumerate(examples)]
    for row, e in enumerate(examples):
        ids[row, : len(e.ids)] = e.ids
        cases[row, : len(e.ids)] = e.cases
        mask[row, : len(e.ids)] = True
        word_pieces[row, : len(e.word_pieces)] = e.word_pieces
        allowed[row, : len(e.word_pieces)] = e.allowed
    return Batch(
        torch.from_numpy(ids),
        torch.from_numpy(cases),
        torch.from_numpy(mask),
        torch.from_numpy(word_pieces),
        torch.tensor([len(e.word_pieces) for e in examples]),
        torch.from_numpy(allowed),
        tuple(_task(row, e) for row, e in enumerate(examples) if len(e.pairs)),
        torch.from_numpy(np.concatenate(triggers)),
        bf16,
    )


def _task(row: int, e: Example) -> PairTask:
    mentions, pool = pooling(e.nodes)
    return PairTask(
        row,
        len(e.word_pieces),
        torch.tensor([m[0] for m in mentions]),
        torch.tensor([m[1] - 1 for m in mentions]),
        torch.from_numpy(pool),
        torch.from_numpy(np.stack([n.types for n in e.nodes])),
        torch.from_numpy(e.pairs),
        torch.tensor([bucket(e.nodes, int(s), int(o)) for s, o in e.pairs]),
        torch.from_numpy(spans(e.nodes, e.pairs)),
        torch.from_numpy(covers(e.nodes, len(e.word_pieces))),
        torch.from_numpy(e.positive),
        torch.from_numpy(e.known),
        torch.from_numpy(e.modality),
    )


def plan(
    examples: Sequence[Example], repeats: Mapping[str, float], pieces: int, seed: int, epoch: int
) -> Iterator[list[int]]:
    """Yields the batches of an epoch as indices into the examples.

    Args:
        examples: The training set.
        repeats: How often an epoch reads each source; a fraction draws that share again each epoch; 1 by default.
        pieces: Pieces in a batch at most, padding included.
        seed: The run's seed.
        epoch: Counted from 0.
    """
    rng = np.random.default_rng((seed, epoch))
    chosen: list[int] = []
    for i, e in enumerate(examples):
        times = repeats.get(e.source, 1.0)
        chosen += [i] * (int(times) + (rng.random() < times % 1))
    # A little noise on the length, so that batches differ between epochs and still hardly need padding.
    order = sorted(chosen, key=lambda i: len(examples[i].ids) + 6 * rng.random())
    groups: list[list[int]] = [[]]
    for i in order:
        if groups[-1] and (len(groups[-1]) + 1) * max(len(examples[j].ids) for j in (*groups[-1], i)) > pieces:
            groups.append([])
        groups[-1].append(i)
    yield from (groups[k] for k in rng.permutation(len(groups)))
