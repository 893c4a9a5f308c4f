"""Pairs of a made-up world in which the labels say what holds."""

import numpy as np

from inference.training.text.open.data import OpenPairs


def world(relations=24, each=40, width=48, seed=0):
    """Pairs whose context is their relation's label, turned and blurred: what is learned of some holds of all."""
    rng = np.random.default_rng(seed)
    labels = rng.normal(size=(relations, width)).astype(np.float32)
    turn = np.linalg.qr(rng.normal(size=(width, width)))[0].astype(np.float32)
    which = np.arange(relations * each) % relations
    contexts = labels[which] @ turn + 0.5 * rng.normal(size=(len(which), width)).astype(np.float32)
    positive = np.eye(relations, dtype=bool)[which]
    count = len(which)
    return (
        OpenPairs(
            np.full(count, "fewrel", "<U24"),
            np.arange(count),
            np.arange(count) % 5 == 0,
            np.zeros((count, 8), np.float16),
            contexts.astype(np.float16),
            positive,
            np.ones_like(positive),
        ),
        labels,
    )
