"""What came of all that could have been suggested: what calibrates the link model and what its report measures."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from inference.link_prediction.inputs import Ints
from inference.training.links.batches import Asking
from inference.training.links.losses import targets
from inference.training.links.model import InductiveLinks
from inference.training.links.question import Question

AT_ONCE = 8


@dataclass(frozen=True)
class Judged:
    """What could have been suggested: float [n] scores, and whether it arrived, bool [n]."""

    scores: npt.NDArray[np.float32]
    arrived: npt.NDArray[np.bool_]


Ask = Callable[[Question], Tensor]
"""A question to scores, float [B, C, R]."""


def judged(ask: Ask, asking: Asking, entities: Iterable[int] | None = None) -> Judged:
    """Returns everything that could be suggested between entities and those they have met, in all roles.

    Args:
        ask: Scores questions.
        asking: A snapshot.
        entities: Which entities ask; by default all that have facts: the service asks nothing about the others.
    """
    wanted = np.flatnonzero(asking.of.seen.any(axis=1)).tolist() if entities is None else [*entities]
    # Entities with similarly many candidates together, so that little is padding.
    wanted.sort(key=lambda entity: len(asking.met(entity)))
    scores, arrived = [np.zeros(0, np.float32)], [np.zeros(0, np.bool_)]
    for start in range(0, len(wanted), AT_ONCE):
        some: list[tuple[int, Ints]] = [
            (entity, np.array(list(asking.met(entity)), np.int64)) for entity in wanted[start : start + AT_ONCE]
        ]
        question = asking.question([entity for entity, _ in some], [others for _, others in some])
        truth, may = targets(asking, some, question.types, question.known)
        scores.append(ask(question)[may].numpy())
        arrived.append(truth[may].numpy() > 0)
    return Judged(np.concatenate(scores), np.concatenate(arrived))


def logits(model: InductiveLinks) -> Ask:
    """Returns what asks a model in evaluation mode."""

    def ask(question: Question) -> Tensor:
        with torch.no_grad():
            found: Tensor = model(question, model.context(question)[0])
            return found

    return ask
