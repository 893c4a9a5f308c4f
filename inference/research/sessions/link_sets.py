"""Link sets of GATNE (Cen et al. 2019) as splits: its own, where it is there, and random ones."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt

Edges = npt.NDArray[np.int64]
"""int64 [n, 3]: edge type, the node that asks, the node that answers."""

SIZES = {"amazon": (10_493, 1_499, 2_998), "youtube": (7_349, 1_050, 2_100)}
"""Training, validation and test edges of the random split: Zhang and Xie (2026), table 2."""

FILES = ("train", "valid", "test")


class LinkSetError(ValueError):
    """A set is not there, or not what it should be; the message says which."""


@dataclass(frozen=True)
class LinkSplit:
    """A link set in three parts.

    Attributes:
        name: Of the set and the split.
        nodes: How many nodes there are.
        types: How many edge types.
        train: Edges to learn from.
        valid: Edges that select models, and as many pairs that are no edges.
        valid_right: bool [valid]: which of them are edges.
        test: Edges that are reported, and as many pairs that are no edges.
        test_right: bool [test]: which of them are edges.
        pooled: Whether all edge types are measured together (micro), as Zhang and Xie (2026) say; else each by itself
            and their mean, as GATNE has it.
    """

    name: str
    nodes: int
    types: int
    train: Edges
    valid: Edges
    valid_right: npt.NDArray[np.bool_]
    test: Edges
    test_right: npt.NDArray[np.bool_]
    pooled: bool = False

    @property
    def known(self) -> Edges:
        """All edges of all parts, which a filtered rank leaves out."""
        return np.concatenate([self.train, self.valid[self.valid_right], self.test[self.test_right]])

    def in_training(self, edges: Edges) -> npt.NDArray[np.bool_]:
        """Returns which edges' pairs are in training too, in the other direction or with another type."""
        return np.isin(pair_keys(edges, self.nodes), pair_keys(self.train, self.nodes))


def pair_keys(edges: Edges, nodes: int) -> npt.NDArray[np.int64]:
    """Returns a number for each edge's pair of nodes, the same both ways round and for every type."""
    low, high = edges[:, 1:].min(1), edges[:, 1:].max(1)
    return cast("npt.NDArray[np.int64]", low * nodes + high)


def own_split(name: str, folder: Path, seed: int) -> LinkSplit:
    """Returns GATNE's own split.

    YouTube has no training file here. Its validation edges are then trained on, except a tenth of that file, edges and
    non-edges alike, which selects models; the test file is whole. That is a tenth of GATNE's training edges.

    Args:
        name: `amazon` or `youtube`.
        folder: The folder of the sets.
        seed: Which tenth.

    Raises:
        LinkSetError: The set cannot be read.
    """
    parts = {part: rows for part in FILES if (rows := _read(folder / name / f"{part}.txt")) is not None}
    if not {"valid", "test"} <= set(parts):
        raise LinkSetError(f"{folder / name} has no valid.txt and test.txt")
    if "train" not in parts:
        drawn = np.random.default_rng(seed).permutation(len(parts["valid"]))
        kept, rest = np.split(drawn, [len(drawn) // 10])
        parts["train"] = parts["valid"][np.sort(rest)]
        parts["train"] = parts["train"][parts["train"][:, 3] == 1]
        parts["valid"] = parts["valid"][np.sort(kept)]
    numbered, nodes, types = _numbered([parts[part] for part in FILES])
    (train, _), (valid, valid_right), (test, test_right) = numbered
    return LinkSplit(f"{name}, GATNE's split", nodes, types, train, valid, valid_right, test, test_right)


def random_split(name: str, folder: Path, seed: int, share: float = 1.0) -> LinkSplit:
    """Returns a random 7:1:2 split of the paper's sizes, drawn from all edges of the set.

    No pair of nodes is in two parts, nor twice in one. All nodes occur in training, as the paper says.
    Each held-out edge has a wrong pair: its first node with any other that is linked in no file of the set.

    Args:
        name: `amazon` or `youtube`.
        folder: The folder of the sets.
        seed: Which edges.
        share: Of the paper's sizes.

    Raises:
        LinkSetError: The set cannot be read, or is too small.
    """
    found = [rows for part in FILES if (rows := _read(folder / name / f"{part}.txt")) is not None]
    if not found:
        raise LinkSetError(f"{folder / name} has no {', '.join(f'{part}.txt' for part in FILES)}")
    rows = np.concatenate(found)
    ((edges, right),), nodes, types = _numbered([rows])
    edges = edges[right]
    rng = np.random.default_rng(seed)
    edges = edges[rng.permutation(len(edges))]
    edges = edges[np.sort(np.unique(pair_keys(edges, nodes), return_index=True)[1])]
    trained, validated, tested = (max(1, round(share * size)) for size in SIZES[name])
    # Nodes without a training edge are left out: as wrong candidates they would be too easy.
    there = np.unique(edges[:trained, 1:])
    edges = edges[np.isin(edges[:, 1], there) & np.isin(edges[:, 2], there)]
    edges = np.stack([edges[:, 0], *np.searchsorted(there, edges[:, 1:].T)], axis=1)
    train, rest = edges[:trained], edges[trained:]
    if len(rest) < validated + tested:
        raise LinkSetError(f"{name} has {len(rest)} edges between training nodes, {validated + tested} are needed")
    nodes, linked = len(there), set(pair_keys(edges, len(there)).tolist())
    held = rest[:validated], rest[validated : validated + tested]
    wrong = [_others(part, linked, nodes, rng) for part in held]
    labels = [np.repeat([True, False], len(part)) for part in held]
    valid, test = (np.concatenate(pair) for pair in zip(held, wrong, strict=True))
    return LinkSplit(f"{name}, random 7:1:2", nodes, types, train, valid, labels[0], test, labels[1], pooled=True)


def _others(edges: Edges, linked: set[int], nodes: int, rng: np.random.Generator) -> Edges:
    """Returns an edge that is none for each edge: its type, its first node, any other."""
    found = edges.copy()
    left = np.arange(len(edges))
    while len(left):
        found[left, 2] = rng.integers(0, nodes, len(left))
        keys = pair_keys(found[left], nodes).tolist()
        same = found[left, 1] == found[left, 2]
        left = left[[key in linked or own for key, own in zip(keys, same.tolist(), strict=True)]]
    return found


def _read(path: Path) -> npt.NDArray[np.int64] | None:
    """Returns int64 [n, 4]: type, two nodes, whether it is an edge; None without the file."""
    if not path.is_file():
        return None
    try:
        rows = [[int(part) for part in line.split()] for line in path.read_text(encoding="utf-8").splitlines()]
        return np.array([row if len(row) == 4 else [*row, 1] for row in rows], np.int64).reshape(-1, 4)  # noqa: PLR2004
    except ValueError as error:
        raise LinkSetError(f"{path}: not lines of type, node, node and perhaps label: {error}") from error


def _numbered(
    parts: list[npt.NDArray[np.int64]],
) -> tuple[list[tuple[Edges, npt.NDArray[np.bool_]]], int, int]:
    """Numbers nodes and types from 0, in the order of their identifiers."""
    nodes = np.unique(np.concatenate([part[:, 1:3].ravel() for part in parts]))
    types = np.unique(np.concatenate([part[:, 0] for part in parts]))
    found = []
    for part in parts:
        edges = np.stack([np.searchsorted(types, part[:, 0]), *np.searchsorted(nodes, part[:, 1:3].T)], axis=1)
        found.append((edges, part[:, 3] == 1))
    return found, len(nodes), len(types)
