"""Pairs of the annotated pictures, read with frozen vectors: the text model's of words, the detector's of objects."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from inference.object_detection.local import DETECTION_MODEL
from inference.object_relations.batch import collate
from inference.object_relations.example import Box, Example, Span, View
from inference.object_relations.question import numbered
from inference.object_relations.shape import RelFormerShape
from inference.object_relations.words import Reader
from inference.research.relformer.tensors import Tensors
from inference.text.language.words import WordTokenizer
from inference.training.pictures.annotated.reading import AnnotatedPicture
from inference.training.pictures.annotated.relations import NONE
from inference.triton.served_code import served_code
from topology.settings import settings

FACE = "face"
NEAR = 24
"""Words that are read before a name, and after it."""

SIDE = 128
"""Longer side of a picture as pixels are kept."""

Looks = NDArray[np.float32]


class WordSource(Protocol):
    """Gives words their vectors; `inference.research.relformer.reports.mnre.WordVectors` does."""

    def of(self, words: Sequence[str]) -> NDArray[np.float16]:
        """Returns float16 [n + 1, width]: the start's, and of each of the n pieces."""


@dataclass(frozen=True)
class Pair:
    """A name and an object.

    Attributes:
        picture: Id of the picture, or of a generated scene.
        post: Id of its post.
        name: Index of the name in the picture's annotation.
        thing: Index of the object there.
        kind: The name's entity type.
        label: The object's class.
        relation: The right relation.
        found: The service knows both: neither was added by an annotator.
        example: What a model is given.
        looks: float32 [objects, object_features] of the example's objects.
    """

    picture: str
    post: str
    name: int
    thing: int
    kind: str
    label: str
    relation: str
    found: bool
    example: Example
    looks: Looks


class ObjectLooks:
    """What the detector's network says about a box: the best score of each class in it, and the class that it got."""

    def __init__(self, folder: Path | None = None) -> None:
        """Loads the served network, by default that of the model repository."""
        folder = folder or settings().models / DETECTION_MODEL / "1"
        self._code = served_code(folder, "nanodet")
        description = served_code(folder, "sessions").description_of(folder, "network")
        self._session = served_code(folder, "sessions").session(folder / "network.onnx", 1)
        self._input, self._side = description["input"], description["side"]
        self.labels: list[str] = [*description["labels"], FACE]
        self._centres, _ = self._code._cells(self._side)  # noqa: SLF001  the served module has no other name for it

    @property
    def width(self) -> int:
        """Numbers of an object's vector."""
        return 2 * len(self.labels) - 1

    def of(self, picture: NDArray[np.uint8], boxes: Sequence[tuple[float, ...]], labels: Sequence[str]) -> Looks:
        """Returns float32 [objects, width] of boxes (left, top, right, bottom) in pixels."""
        square, (ratio, x, y) = self._code._square(picture, self._side)  # noqa: SLF001
        raw = np.asarray(self._session.run(None, {self._input: square[None]})[0][0], np.float32)
        scores = raw[:, : len(self.labels) - 1]
        found = np.zeros((len(boxes), self.width), np.float32)
        for row, (box, label) in enumerate(zip(boxes, labels, strict=True)):
            left, top, right, bottom = (edge * ratio + (x, y)[n % 2] for n, edge in enumerate(box))
            across, down = self._centres[:, 0], self._centres[:, 1]
            inside = (across >= left) & (across <= right) & (down >= top) & (down <= bottom)
            if inside.any():
                found[row, : scores.shape[1]] = scores[inside].max(axis=0)
            found[row, scores.shape[1] + self.labels.index(label)] = 1
        return found


def pairs_of(picture: AnnotatedPicture, looks: ObjectLooks, tokenizer: WordTokenizer) -> Iterator[Pair]:
    """Yields the pairs of a picture: headline and caption are one text, and the name is where it stands.

    Pairs of unclear people are left out, as the labels say.
    """
    with Image.open(picture.path) as image:
        picture_rgb = image.convert("RGB")
    pixels = np.asarray(picture_rgb)
    # Pixels are for the one comparator that reads nothing else, and that is given small regions of them.
    picture_rgb.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    view = View(np.asarray(picture_rgb))
    height, width = pixels.shape[:2]
    edges = [(o.box.left, o.box.top, o.box.right, o.box.bottom) for o in picture.objects]
    labels = [thing.label for thing in picture.objects]
    vectors = looks.of(pixels, edges, labels)
    names = numbered(labels)
    objects: Mapping[str, Box] = {
        name: ((a + c) / 2 / width, (b + d) / 2 / height, (c - a) / width, (d - b) / height)
        for name, (a, b, c, d) in zip(names, edges, strict=True)
    }
    text = f"{picture.headline} | {picture.caption}"
    (split,) = tokenizer.words([text])
    spelled = tuple(text[s:e] for s, e in zip(split.starts, split.ends, strict=True))
    for name, thing, relation in picture.pairs():
        chosen = picture.names[name]
        shift = 0 if chosen.field == "headline" else len(picture.headline) + 3
        start, end = chosen.start + shift, chosen.end + shift
        inside = [n for n, s in enumerate(split.starts) if s < end and split.ends[n] > start]
        first, last = inside[0], inside[-1] + 1
        begin = max(0, first - NEAR)
        example = Example(
            spelled[begin : last + NEAR],
            Span(first - begin, last - begin),
            objects=objects,
            target=names[thing],
            view=view,
        )
        found = chosen.found and picture.objects[thing].score is not None
        yield Pair(picture.id, picture.post, name, thing, chosen.type, labels[thing], relation, found, example, vectors)


@dataclass(frozen=True)
class FrozenPairs:
    """Pairs with ready-made vectors; padded batch by batch.

    Attributes:
        pairs: The pairs.
        relations: The classes, by id; what is none of them counts as none.
        words: Gives words their vectors.
        reader: Gives words their ids.
        shape: The model's sizes.
        without: `text` or `picture`: what is hidden of every pair; "" for nothing.
    """

    pairs: Sequence[Pair]
    relations: Sequence[str]
    words: WordSource
    reader: Reader
    shape: RelFormerShape
    without: str = ""

    def __len__(self) -> int:
        """Returns the number of pairs."""
        return len(self.pairs)

    def batch(self, rows: Tensor) -> Tensors:
        """Returns some pairs, rows int [B]."""
        chosen = [self.pairs[row] for row in rows.tolist()]
        given = collate([pair.example for pair in chosen], self.reader, self.shape)
        features = torch.zeros(*given.ids.shape, self.shape.text_features)
        looks = torch.zeros(*given.objects.shape, self.shape.object_features)
        for row, pair in enumerate(chosen):
            if self.without != "text":
                vectors = torch.from_numpy(self.words.of(pair.example.words)[: given.ids.shape[1]])
                features[row, : len(vectors)] = vectors.float()
            if self.without != "picture":
                kept = kept_objects(pair)
                looks[row, : len(kept)] = torch.from_numpy(pair.looks[kept])
        given.labels[:] = [self.relation(pair) for pair in chosen]
        if self.without == "text":
            given.ids[:] = 0
        if self.without == "picture":
            given.boxes[:], given.crops[:], given.seen[:] = 0, 0, False
        return Tensors.of(given, features, looks)

    def relation(self, pair: Pair) -> int:
        """Returns the id of a pair's relation."""
        return self.relations.index(pair.relation if pair.relation in self.relations else NONE)


def kept_objects(pair: Pair, limit: int = 10) -> list[int]:
    """Returns the indices of the objects that `collate` keeps: the target and the first others."""
    names = list(pair.example.objects or {})
    target = names.index(pair.example.target)
    others = [n for n in range(len(names)) if n != target][: limit - 1]
    return sorted([target, *others])
