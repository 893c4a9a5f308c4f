"""A question to the relation model: how the names in a picture's text relate to the objects in the picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.knowledge.base import KnownFact
from inference.object_relations.example import Box, Example, Span, View
from inference.text.language.words import WordTokenizer
from inference.text.types import Span as Characters


@dataclass(frozen=True)
class Question:
    """A text and its picture.

    Attributes:
        text: The caption, or else the headline.
        names: Character range of each name.
        labels: Class of each object.
        boxes: Box of each object: centre, width and height as shares of the picture's sides.
        pairs: The pairs in question: index of a name, and of an object.
        picture: uint8 [h, w, 3] RGB.
        depth: float32 [h', w'] in [0, 1], 0 nearest; None without a depth model.
        facts: Background facts by pair; None if no source was asked.
    """

    text: str
    names: Sequence[Characters]
    labels: Sequence[str]
    boxes: Sequence[Box]
    pairs: Sequence[tuple[int, int]]
    picture: NDArray[np.uint8]
    depth: NDArray[np.float32] | None = None
    facts: Mapping[tuple[int, int], tuple[KnownFact, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The most likely relation of a pair.

    Attributes:
        relation: Its name; "" for none.
        score: Its probability.
    """

    relation: str
    score: float


def examples(question: Question, tokenizer: WordTokenizer) -> list[Example]:
    """Returns the pairs as the model reads them: words split as in training, objects numbered by class."""
    (words,) = tokenizer.words([question.text])
    spelled = tuple(question.text[s:e] for s, e in zip(words.starts, words.ends, strict=True))
    targets = numbered(question.labels)
    objects = dict(zip(targets, question.boxes, strict=True))
    view = View(question.picture, question.depth)
    found = []
    for pair in question.pairs:
        name = question.names[pair[0]]
        inside = [n for n, s in enumerate(words.starts) if s < name.end and words.ends[n] > name.start]
        mention = Span(inside[0], inside[-1] + 1)
        facts = question.facts.get(pair) if question.facts is not None else None
        found.append(Example(spelled, mention, objects=objects, target=targets[pair[1]], view=view, knowledge=facts))
    return found


def numbered(labels: Sequence[str]) -> list[str]:
    """Returns names of objects in MORE's form: `person_1`, `person_2`, `dog_1`."""
    counts: dict[str, int] = {}
    names = []
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
        names.append(f"{label.replace(' ', '_')}_{counts[label]}")
    return names
