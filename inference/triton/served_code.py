"""Runs the code of the model repository in this process, so that training and evaluation use what Triton serves."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any


def served_code(folder: Path, module: str) -> Any:
    """Imports a module of a version folder. As in Triton, the folder's modules import each other by their bare names.

    Args:
        folder: The version folder.
        module: The module's name.
    """
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    return import_module(module)
