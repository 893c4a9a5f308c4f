"""Turns examples into padded arrays. Masks mark what is missing; models must ignore the padding."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from inference.object_relations.example import Example, Span
from inference.object_relations.graph import Graph, graph_of
from inference.object_relations.pictures import box_features, planes, region, scaled
from inference.object_relations.shape import RelFormerShape
from inference.object_relations.words import PADDING, Reader

NODE_WORDS = 6
"""Most ids of a node's name."""

CAPTION_WORDS = 24
"""Most words of a caption."""


class Role(IntEnum):
    """The part that a word plays for the pair."""

    CONTEXT = 0
    MENTION = 1
    OTHER_END = 2
    CAPTION = 3


@dataclass(frozen=True)
class Batch:
    """B pairs with at most T ids, O objects and N knowledge nodes.

    Attributes:
        ids: int64 [B, T] word ids, 0 beyond the text.
        roles: int64 [B, T] `Role` of each.
        text: bool [B, T] which ids of the text may be read; the mention and the start always may.
        picture: float32 [B, 3, S, S] in [-1, 1].
        seen: bool [B] whether there is a picture.
        crops: float32 [B, O, 3, c, c] the objects' regions, in [-1, 1].
        depths: float32 [B, O, 1, c, c] depth in the same regions, in [-1, 1].
        deep: bool [B] whether there is a depth map.
        boxes: float32 [B, O, 5] centre, size and area of each object.
        objects: bool [B, O] which places hold an object.
        target: int64 [B] the pair's object, -1 where its other end is a mention.
        nodes: int64 [B, N, L] ids of the nodes' names, 0 beyond them.
        node_kinds: int64 [B, N] `Node` of each, 0 for none.
        edges: int64 [B, N, N] `Edge` by which a row's node attends to a column's.
        labels: int64 [B] relation ids, -1 if unknown.
    """

    ids: NDArray[np.int64]
    roles: NDArray[np.int64]
    text: NDArray[np.bool_]
    picture: NDArray[np.float32]
    seen: NDArray[np.bool_]
    crops: NDArray[np.float32]
    depths: NDArray[np.float32]
    deep: NDArray[np.bool_]
    boxes: NDArray[np.float32]
    objects: NDArray[np.bool_]
    target: NDArray[np.int64]
    nodes: NDArray[np.int64]
    node_kinds: NDArray[np.int64]
    edges: NDArray[np.int64]
    labels: NDArray[np.int64]


@dataclass(frozen=True)
class Limits:
    """The largest sizes of a batch; the model's shape limits the text's length.

    Attributes:
        objects: Most objects of a picture; MORE's models read ten.
        nodes: Most nodes of a neighbourhood.
    """

    objects: int = 10
    nodes: int = 32


class ExampleError(ValueError):
    """An example contradicts itself."""


def collate(examples: Sequence[Example], reader: Reader, shape: RelFormerShape, limits: Limits | None = None) -> Batch:
    """Puts examples into one batch, padded to the largest of them.

    Raises:
        ExampleError: A pair's object is not among the picture's, or a mention not within the text.
    """
    limits = limits or Limits()
    texts = [_text(example, reader, shape.positions) for example in examples]
    graphs = [_graph(example, limits.nodes) for example in examples]
    chosen = [_objects(example, limits.objects) for example in examples]
    rows, length = len(examples), max(len(ids) for ids, _ in texts)
    count, size = max(1, *(len(names) for names in chosen)), max(1, *(len(g.names) if g else 0 for g in graphs))
    c = shape.crop
    batch = Batch(
        ids=np.full((rows, length), PADDING, np.int64),
        roles=np.zeros((rows, length), np.int64),
        text=np.zeros((rows, length), np.bool_),
        picture=np.zeros((rows, 3, shape.picture, shape.picture), np.float32),
        seen=np.zeros(rows, np.bool_),
        crops=np.zeros((rows, count, 3, c, c), np.float32),
        depths=np.zeros((rows, count, 1, c, c), np.float32),
        deep=np.zeros(rows, np.bool_),
        boxes=np.zeros((rows, count, 5), np.float32),
        objects=np.zeros((rows, count), np.bool_),
        target=np.full(rows, -1, np.int64),
        nodes=np.full((rows, size, NODE_WORDS), PADDING, np.int64),
        node_kinds=np.zeros((rows, size), np.int64),
        edges=np.zeros((rows, size, size), np.int64),
        labels=np.array([example.relation for example in examples], np.int64),
    )
    for row, (example, (ids, roles), graph, names) in enumerate(zip(examples, texts, graphs, chosen, strict=True)):
        batch.ids[row, : len(ids)], batch.roles[row, : len(ids)], batch.text[row, : len(ids)] = ids, roles, True
        _see(batch, row, example, names, shape)
        if graph is not None:
            n = len(graph.names)
            batch.node_kinds[row, :n], batch.edges[row, :n, :n] = graph.kinds, graph.edges
            for node, name in enumerate(graph.names):
                found = [*chain.from_iterable(reader.ids(name.split()))][:NODE_WORDS]
                batch.nodes[row, node, : len(found)] = found
    return batch


def _text(example: Example, reader: Reader, positions: int) -> tuple[list[int], list[int]]:
    """Returns ids and roles of the start, the words and the target's caption; a long text is cut around the mention."""
    roles = [Role.CONTEXT] * len(example.words)
    for span, role in ((example.mention, Role.MENTION), (example.other, Role.OTHER_END)):
        if span is not None:
            if not 0 <= span.start < span.end <= len(example.words):
                raise ExampleError(f"words {span.start}..{span.end} are not within a text of {len(example.words)}")
            roles[span.start : span.end] = [role] * (span.end - span.start)
    caption = (example.captions or {}).get(example.target, "").split()[:CAPTION_WORDS]
    pieces = reader.ids([*example.words, *caption])
    flat = [
        (piece, int(role))
        for piece_ids, role in zip(pieces, [*roles, *[Role.CAPTION] * len(caption)], strict=True)
        for piece in piece_ids
    ]
    room = positions - 1
    if len(flat) > room:
        named = [at for at, (_, role) in enumerate(flat) if role in {Role.MENTION, Role.OTHER_END}]
        start = min(max(0, named[-1] + room // 4 - room), named[0])
        flat = flat[start : start + room]
    return [reader.start, *(i for i, _ in flat)], [int(Role.CONTEXT), *(r for _, r in flat)]


def _graph(example: Example, limit: int) -> Graph | None:
    if example.knowledge is None:
        return None
    other: str | Span | None = example.target or example.other
    name = other if isinstance(other, str) else example.name(other) if other else ""
    return graph_of(example.knowledge, example.name(example.mention), name, limit)


def _objects(example: Example, limit: int) -> list[str]:
    """Returns the names of the objects that fit into the limit, always with the target."""
    names = list(example.objects or {})
    if not example.target:
        return names[:limit]
    if example.target not in names:
        raise ExampleError(f"the pair's object {example.target!r} is not among the picture's: {', '.join(names)}")
    others = [name for name in names if name != example.target]
    kept = {example.target, *others[: limit - 1]}
    return [name for name in names if name in kept]


def _see(batch: Batch, row: int, example: Example, names: Sequence[str], shape: RelFormerShape) -> None:
    if example.target:
        batch.target[row] = names.index(example.target)
    picture = example.view.picture if example.view else None
    depth = example.view.depth if example.view else None
    if picture is not None:
        batch.seen[row] = True
        batch.picture[row] = planes(picture, shape.picture)
    batch.deep[row] = depth is not None
    for place, name in enumerate(names):
        box = (example.objects or {})[name]
        batch.objects[row, place] = True
        batch.boxes[row, place] = box_features(box)
        if picture is not None:
            batch.crops[row, place] = planes(region(picture, box), shape.crop)
        if depth is not None:
            batch.depths[row, place, 0] = scaled(region(depth, box), shape.crop) * 2 - 1
