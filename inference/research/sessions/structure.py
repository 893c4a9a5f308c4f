"""A training graph: counts between nodes, a session of each node, and vectors of their places in the graph."""

import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix, csr_matrix, diags

from inference.next_entity.layout import CURRENT
from inference.research.sessions.link_sets import Edges
from inference.training.links.knowledge_graph import Modality

WIDTH = 128
WINDOW = 4
"""Steps of the walks: longer ones cost time and did not help on the validation edges of Amazon."""
MOST_ROUNDS = 3


class Structure:
    """A graph of links, all types together.

    Attributes:
        seen: float32 [nodes] edges of each node.
        seen_by_type: float32 [types, nodes] the same by edge type.
    """

    def __init__(self, edges: Edges, nodes: int, seed: int, types: int) -> None:
        """Reads a graph.

        Args:
            edges: Its edges.
            nodes: How many nodes there are.
            seed: Which neighbours are in the session of a node that has more than fit.
            types: How many edge types there are.
        """
        self.nodes = nodes
        self.edges = edges
        ones = np.ones(len(edges), np.float32)
        self.directed: csr_matrix = coo_matrix((ones, (edges[:, 1], edges[:, 2])), (nodes, nodes)).tocsr()
        self.links: csr_matrix = (self.directed + self.directed.T).tocsr()
        self.seen = np.asarray(self.links.sum(1), np.float32).ravel()
        self.seen_by_type = np.zeros((types, nodes), np.float32)
        for end in (1, 2):
            np.add.at(self.seen_by_type, (edges[:, 0], edges[:, end]), 1)
        self._directed, self._links = _Counts(self.directed), _Counts(self.links)
        self.sessions = self._sessions(np.random.default_rng(seed))

    def transitions(self, before: npt.NDArray[np.int64], after: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Returns how many edges lead from one node to the other; the arrays are broadcast."""
        return self._directed.of(before, after)

    def between(self, one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """Returns how many edges there are between two nodes, both ways; the arrays are broadcast."""
        return self._links.of(one, other)

    def _sessions(self, rng: np.random.Generator) -> npt.NDArray[np.int64]:
        """Returns each node's neighbours, any of them, and then itself: int64 [nodes, CURRENT]; -1 before the first."""
        found = np.full((self.nodes, CURRENT), -1, np.int64)
        found[:, -1] = np.arange(self.nodes)
        starts = self.links.indptr
        for node in range(self.nodes):
            near = self.links.indices[starts[node] : starts[node + 1]]
            near = near[near != node]
            if len(near) >= CURRENT:
                near = rng.choice(near, CURRENT - 1, replace=False)
            found[node, CURRENT - 1 - len(near) : CURRENT - 1] = near
        return found


class _Counts:
    """A sparse matrix whose cells are looked up many at once."""

    def __init__(self, matrix: csr_matrix) -> None:
        cells = matrix.tocoo()
        keys = cells.row.astype(np.int64) * matrix.shape[1] + cells.col
        order = np.argsort(keys)
        self._width = matrix.shape[1]
        # A sentinel after the last cell: a look-up beyond all others then finds a cell, and a different one.
        self._keys = np.append(keys[order], np.iinfo(np.int64).max)
        self._values = np.append(cells.data[order], 0).astype(np.float32)

    def of(self, rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        keys = rows * self._width + columns
        places = np.searchsorted(self._keys, keys)
        return np.where(self._keys[places] == keys, self._values[places], 0).astype(np.float32)


def places(structure: Structure, cache: Path | None, width: int = WIDTH) -> Modality:
    """Returns a vector of length one for each node that has an edge: its place in the graph.

    The logarithm of how much likelier than by chance two nodes meet on short walks, factorised: NetMF (Qiu et al.
    2018). Nodes that are linked, or have the same neighbours, have similar vectors.

    Args:
        structure: The graph.
        cache: Folder where vectors are kept, by a hash of the edges; None for nowhere.
        width: Of the vectors.
    """
    digest = hashlib.sha256(structure.edges.tobytes() + f"{structure.nodes} {width} {WINDOW}".encode()).hexdigest()
    path = cache / f"places-{digest[:16]}.npy" if cache else None
    if path and path.is_file():
        vectors = np.load(path, allow_pickle=False)
    else:
        vectors = _factorised(_meetings(structure.links), width)
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".partial.npy")
            np.save(partial, vectors, allow_pickle=False)
            partial.replace(path)
    return Modality(vectors, structure.seen > 0)


def turned(vectors: npt.NDArray[np.float32], towards: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Returns vectors rotated so that they are as near as possible to others of the same nodes (Procrustes).

    Two factorisations of similar graphs differ by a rotation; what was learned on one then applies to the other.
    """
    left, _, right = np.linalg.svd(vectors.T @ towards)
    return np.asarray(vectors @ (left @ right), np.float32)


def _meetings(links: csr_matrix) -> npt.NDArray[np.float32]:
    degrees = np.maximum(np.asarray(links.sum(1), np.float32).ravel(), 1)
    scale = diags(degrees**-0.5)
    step = (scale @ links @ scale).tocsr().astype(np.float32)
    walked = step.toarray()
    found = walked.copy()
    for _ in range(WINDOW - 1):
        walked = step @ walked
        found += walked
    found *= degrees[:, None] ** -0.5 * degrees[None] ** -0.5 * degrees.sum() / WINDOW
    return np.asarray(np.log(np.maximum(found, 1, out=found), out=found), np.float32)


def _factorised(matrix: npt.NDArray[np.float32], width: int) -> npt.NDArray[np.float32]:
    """Returns the leading eigenvectors, scaled by the roots of their values, each row of length one or zero."""
    wide = min(width + 16, len(matrix))
    basis = np.random.default_rng(0).standard_normal((len(matrix), wide)).astype(np.float32)
    for _ in range(MOST_ROUNDS):
        basis, _ = np.linalg.qr(matrix @ basis)
    values, inner = np.linalg.eigh(basis.T @ (matrix @ basis))
    order = np.argsort(-values)[:width]
    vectors = basis @ inner[:, order] * np.sqrt(np.maximum(values[order], 0))
    vectors = np.pad(vectors, ((0, 0), (0, width - vectors.shape[1])))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0), np.float32)
