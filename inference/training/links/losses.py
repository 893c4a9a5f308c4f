"""The losses: which entity answers, which relation holds, whether any holds, and which neighbourhood is whose."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from inference.link_prediction.inputs import Ints
from inference.training.links.batches import Asking, filled
from inference.training.links.layers.contrast import contrast
from inference.training.links.model import InductiveLinks, views

NEVER = -1e9
JUDGING = 8
"""Random entities a step whose candidates are judged in all roles."""
MOST_JUDGED = 32
"""Candidates of an entity that at most."""


@dataclass(frozen=True)
class Weights:
    """Weights of the losses next to the ranking loss.

    Attributes:
        relation: Of the loss on which relation holds between two entities.
        judged: Of the loss on whether any holds, for candidates of random entities.
        contrast: Of the contrastive loss on which neighbourhood is whose.
        temperature: Temperature of the contrastive loss.
    """

    relation: float = 0.5
    judged: float = 0.5
    contrast: float = 0.3
    temperature: float = 0.1


def loss(
    model: InductiveLinks, asking: Asking, rows: Sequence[int], weights: Weights, draw: np.random.Generator
) -> Tensor:
    """Returns the loss of some questions of a snapshot, a mean."""
    of = asking.of
    entities = [int(of.asked[row]) for row in rows]
    role = torch.tensor([int(of.role[row]) for row in rows])
    candidates, raised = zip(*(asking.drawn(row, draw) for row in rows), strict=True)
    question = asking.question(entities, candidates)
    context, _ = model.context(question)
    # In padded places the added number hides the score of the entity that fills them.
    ranked = functional.cross_entropy(
        model(question, context, role) + filled(raised, NEVER), torch.zeros(len(rows), dtype=torch.int64)
    )
    total = ranked + weights.relation * _relation(model, asking, rows, context)
    total = total + weights.judged * judged(model, asking, draw.integers(len(of), size=JUDGING).tolist(), draw)
    if weights.contrast:
        several, first = np.unique(entities, return_index=True)
        some = asking.question(several.tolist(), [of.asked[:1]] * len(several))
        found = contrast(views(model, some, context[torch.from_numpy(first)]), weights.temperature)
        total = total if found is None else total + weights.contrast * found
    return total


def _relation(model: InductiveLinks, asking: Asking, rows: Sequence[int], context: Tensor) -> Tensor:
    """Returns the cross-entropy over the relations that may hold and are not known to."""
    of = asking.of
    entities = [int(of.asked[row]) for row in rows]
    question = asking.question(entities, [of.answer[row : row + 1] for row in rows])
    role = torch.tensor([int(of.role[row]) for row in rows])
    may = torch.from_numpy(asking.allowed)[:, question.type, question.types[:, 0]].T & (question.known[:, 0] == 0)
    for place, row in enumerate(rows):
        # A pair may have got several relations at once.
        may[place, asking.between(entities[place], int(of.answer[row]))] = False
        may[place, role[place]] = True
    return functional.cross_entropy(model(question, context)[:, 0].masked_fill(~may, NEVER), role)


def judged(model: InductiveLinks, asking: Asking, entities: Sequence[int], draw: np.random.Generator) -> Tensor:
    """Returns the mean, over entities, of the summed binary cross-entropy of all roles with some that each has met."""
    found = [np.array(list(asking.met(entity)), np.int64) for entity in entities]
    some = [(e, draw.permutation(f)[:MOST_JUDGED], len(f)) for e, f in zip(entities, found, strict=True) if len(f)]
    if not some:
        return torch.zeros(())
    question = asking.question([e for e, _, _ in some], [others for _, others, _ in some])
    context, _ = model.context(question)
    truth, may = targets(asking, [(e, others) for e, others, _ in some], question.types, question.known)
    each = functional.binary_cross_entropy_with_logits(model(question, context), truth, reduction="none")
    stands_for = torch.tensor([count / len(others) for _, others, count in some])
    return ((each * may).sum(dim=(1, 2)) * stands_for).mean()


def targets(asking: Asking, some: Sequence[tuple[int, Ints]], types: Tensor, known: Tensor) -> tuple[Tensor, Tensor]:
    """Returns float [B, C, R], whether a fact arrived, and bool likewise, whether it could have."""
    truth = torch.zeros_like(known)
    may = torch.zeros_like(known, dtype=torch.bool)
    table = torch.from_numpy(asking.allowed)
    for row, (entity, others) in enumerate(some):
        wide = len(others)
        may[row, :wide] = table[:, int(asking.of.types[entity])][:, types[row, :wide]].T & (known[row, :wide] == 0)
        for place, other in enumerate(others.tolist()):
            truth[row, place, asking.between(entity, other)] = 1
    return truth, may
