"""What models are asked: (entity, relation, ?), with all right answers of a question together."""

from dataclasses import dataclass

import torch
from torch import Tensor

from inference.training.links.knowledge_graph import KnowledgeGraph, reciprocal


@dataclass(frozen=True)
class Batch:
    """Some questions and their right answers.

    Attributes:
        entity: int [Q].
        relation: int [Q]; relation r read backwards is r + relations.
        row: int [T]: of which question each answer is.
        answer: int [T].
    """

    entity: Tensor
    relation: Tensor
    row: Tensor
    answer: Tensor


class Questions:
    """All questions that training triples answer, in both directions."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        triples = torch.from_numpy(reciprocal(graph.train, len(graph.relations)))
        asked, row = torch.unique(triples[:, :2], dim=0, return_inverse=True)
        order = torch.argsort(row, stable=True)
        self.asked = asked
        self.answer = triples[order, 2]
        self.count = torch.bincount(row, minlength=len(asked))
        self.start = torch.cumsum(self.count, 0) - self.count

    def __len__(self) -> int:
        """Returns the number of questions."""
        return len(self.asked)

    def batch(self, rows: Tensor) -> Batch:
        """Returns some questions, rows int [Q], with all their answers."""
        count = self.count[rows]
        row = torch.repeat_interleave(torch.arange(len(rows)), count)
        within = torch.arange(len(row)) - torch.repeat_interleave(torch.cumsum(count, 0) - count, count)
        asked = self.asked[rows]
        return Batch(asked[:, 0], asked[:, 1], row, self.answer[self.start[rows][row] + within])
