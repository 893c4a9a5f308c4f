"""MNRE's text side (Zheng et al. 2021): two mentions of a tweet and their relation; its pictures are not read here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from inference.knowledge.base import KnowledgeBase
from inference.object_relations.batch import collate
from inference.object_relations.example import Example
from inference.object_relations.shape import RelFormerShape
from inference.object_relations.words import Reader
from inference.research.relformer.data.more import read_lines, span_of
from inference.research.relformer.tensors import Tensors

FILES = {"train": "mnre_train.txt", "valid": "mnre_val-.txt", "test": "mnre_test.txt"}

RELATIONS = (
    "None",
    "/per/per/parent",
    "/per/per/siblings",
    "/per/per/couple",
    "/per/per/neighbor",
    "/per/per/peer",
    "/per/per/charges",
    "/per/per/alumi",
    "/per/per/alternate_names",
    "/per/org/member_of",
    "/per/loc/place_of_residence",
    "/per/loc/place_of_birth",
    "/org/org/alternate_names",
    "/org/org/subsidiary",
    "/org/loc/locate_at",
    "/loc/loc/contain",
    "/per/misc/present_in",
    "/per/misc/awarded",
    "/per/misc/race",
    "/per/misc/religion",
    "/per/misc/nationality",
    "/misc/misc/part_of",
    "/misc/loc/held_on",
)
"""The 23 relations; the first is that of a pair without one."""


def read_mnre(path: Path) -> list[Example]:
    """Reads a split: MORE's lines, but for the second end, which is a mention as well.

    Raises:
        MoreError: A line is malformed; the message names it.
    """
    ids = {name: number for number, name in enumerate(RELATIONS)}
    return [
        Example(
            tuple(item["token"]),
            item["h"]["span"],
            ids[item["relation"]],
            other=span_of(item["t"], len(item["token"]), f"{path}, line {number}: t"),
        )
        for number, item in read_lines(path, ids)
    ]


@dataclass(frozen=True)
class TextPairs:
    """Pairs of mentions with ready-made vectors of their words; padded batch by batch.

    Attributes:
        examples: The pairs.
        vectors: For each, float16 [n, text_features] of its ids as `collate` orders them, the start among them.
        reader: Gives words their ids, those of nodes' names as well.
        shape: The model's sizes.
    """

    examples: Sequence[Example]
    vectors: Sequence[np.ndarray]
    reader: Reader
    shape: RelFormerShape

    def __len__(self) -> int:
        """Returns the number of pairs."""
        return len(self.examples)

    def batch(self, rows: Tensor) -> Tensors:
        """Returns some pairs, rows int [B]."""
        given = collate([self.examples[row] for row in rows.tolist()], self.reader, self.shape)
        features = torch.zeros(*given.ids.shape, self.shape.text_features)
        for place, row in enumerate(rows.tolist()):
            vectors = torch.from_numpy(self.vectors[row][: given.ids.shape[1]])
            features[place, : len(vectors)] = vectors.float()
        return Tensors.of(given, features)


def with_knowledge(examples: Sequence[Example], source: KnowledgeBase, facts: int) -> list[Example]:
    """Returns the pairs with what is known of both ends, hashtags and handles read as names."""
    found = []
    for example in examples:
        ends = [example.name(span).lstrip("#@") for span in (example.mention, example.other) if span]
        found.append(replace(example, knowledge=source.neighbourhood(ends, facts)))
    return found
