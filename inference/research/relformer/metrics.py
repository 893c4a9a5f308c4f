"""Accuracy, precision, recall and F1, counted as MORE counts them."""

from collections.abc import Sequence
from dataclasses import dataclass

from inference.training.text.measure.scores import Tally


@dataclass(frozen=True)
class Scores:
    """The scores of a model.

    Attributes:
        accuracy: Share of the pairs that are right, those without a relation included.
        tally: Counts of the others: a pair without a relation is neither found nor missed.
    """

    accuracy: float
    tally: Tally


def score(gold: Sequence[int], found: Sequence[int], nothing: int) -> Scores:
    """Compares relation ids pair by pair.

    Args:
        gold: The right relations.
        found: A model's.
        nothing: Id of the class without a relation, -1 if there is none.
    """
    tally = Tally()
    for index, (right, given) in enumerate(zip(gold, found, strict=True)):
        tally.add({(index, given)} - {(index, nothing)}, {(index, right)} - {(index, nothing)})
    same = sum(right == given for right, given in zip(gold, found, strict=True))
    return Scores(same / max(1, len(gold)), tally)
