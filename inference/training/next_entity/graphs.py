"""A batch of questions as tensors."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Graphs:
    """B questions as tensors, without their items' vectors; see `inference.next_entity.question.Question`."""

    mask: Tensor
    current: Tensor
    history: Tensor
    last: Tensor
    links: Tensor
    seen: Tensor
    relation: Tensor
