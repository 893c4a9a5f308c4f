"""A session model that was trained: the best weights of its folder, with the sizes in their header."""

from pathlib import Path

from safetensors import safe_open

from inference.training.common.checkpoint import CheckpointError
from inference.training.common.run_folder import BEST, load_best, read_run
from inference.training.next_entity.model import SessionModel
from inference.training.next_entity.shape import SessionShape


def finished(work: Path) -> tuple[SessionModel, str]:
    """Returns a run's best model, which reads language alone, and the name of its set.

    Raises:
        CheckpointError: The folder holds no run of the session model on stories.
    """
    run = read_run(work, "sessions")
    with safe_open(work / BEST, "pt") as file:
        language = "encoder.maps.language.weight"
        width = file.get_slice(language).get_shape()[1] if language in file.keys() else 0  # noqa: SIM118  no mapping
    if run["model"] != "session" or not width:
        raise CheckpointError(f"{work} holds a run of {run['model']} on {run['data'][0]}, not of stories")
    model = SessionModel({"language": width}, 1, SessionShape(**run["shape"]))
    load_best(work, model)
    model.eval()
    return model, run["data"][0]
