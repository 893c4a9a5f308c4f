"""How far a training run has come."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RunState:
    """How far a run has come; its checkpoints hold these fields by name.

    Attributes:
        epoch: Rounds of the training loop done; a round is an epoch, or a step of the text model.
        step: Optimiser steps done.
        best: Best score on the validation split so far; -1 before the first.
        seconds: Training time so far.
        waited: Looks at the validation split since the best score.
    """

    epoch: int = 0
    step: int = 0
    best: float = -1.0
    seconds: float = 0.0
    waited: int = 0
