"""A session model that was trained: what its folder holds, with the sizes that it says."""

import json
from pathlib import Path

from safetensors import safe_open

from inference.training.common import epochs
from inference.training.common.checkpoint import CheckpointError
from inference.training.next_entity.model import SessionModel
from inference.training.next_entity.shape import SessionShape


def finished(work: Path) -> tuple[SessionModel, str]:
    """Returns the weights of a run that stood best, and the set's name; the model reads language alone.

    Raises:
        CheckpointError: The folder holds no run of the session model on stories.
    """
    path = work / epochs.BEST
    if not path.is_file():
        raise CheckpointError(f"{work} holds no {epochs.BEST}; `triplewire train sessions --work {work}` makes it")
    with safe_open(path, "pt") as file:
        about = json.loads(file.metadata()["about"])
        names = set(file.keys())
        language = "encoder.maps.language.weight"
        width = file.get_slice(language).get_shape()[1] if language in names else 0
    if about["model"] != "session" or not width:
        raise CheckpointError(f"{work} holds a run of {about['model']} on {about['data'][0]}, not of stories")
    model = SessionModel({"language": width}, 1, SessionShape(**about["shape"]))
    epochs.load_best(work, model)
    model.eval()
    return model, about["data"][0]
