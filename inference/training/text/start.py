"""Starting from the weights of a run that knew no happenings: what it learned stays, and what is new begins fresh.

The type of triggers comes last among the types, and roles come after the relations. Only the start of a path and the
threshold class stand behind them, in the last row of their tables.
"""

from pathlib import Path

from torch import Tensor

from inference.training.common import checkpoint
from inference.training.text.model import JointModel

_NEW = "triggers."
_GROWN = frozenset({
    "emissions.weight", "emissions.bias", "crf.transitions", "pairs.types.weight", "pairs.reader.covered",
    "pairs.relations.weight", "pairs.relations.bias",
})  # fmt: skip
_LAST_ROW = frozenset({"crf.transitions", "pairs.relations.weight", "pairs.relations.bias"})
"""Weights whose last row is none of a tag or a relation, and stays the last."""


def start_from(folder: Path, model: JointModel) -> None:
    """Puts a checkpoint's weights into a model; one without happenings may start a model that has some.

    Raises:
        CheckpointError: There is no checkpoint, or it is of another model.
    """
    given = checkpoint.read_model(folder)
    mine = model.state_dict()
    if model.triggers is not None and not any(name.startswith(_NEW) for name in given):
        fresh = {name: tensor for name, tensor in mine.items() if name.startswith(_NEW)}
        given = fresh | {
            name: _grown(tensor, mine[name], last_row=name in _LAST_ROW) if name in _GROWN and name in mine else tensor
            for name, tensor in given.items()
        }
    checkpoint.take_model(folder, model, given)


def _grown(old: Tensor, new: Tensor, *, last_row: bool) -> Tensor:
    """Returns the new weights with the old ones in front, the last row last; the old ones if they do not fit."""
    if old.dim() != new.dim() or any(a > b for a, b in zip(old.shape, new.shape, strict=True)):
        return old
    grown = new.clone()
    front = old[:-1] if last_row else old
    grown[tuple(slice(size) for size in front.shape)] = front
    if last_row:
        grown[(-1, *(slice(size) for size in old.shape[1:]))] = old[-1]
    return grown
