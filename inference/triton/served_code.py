"""The code of the model repository, run in this process: what is measured and trained with is what Triton loads."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any


def served_code(folder: Path, module: str) -> Any:
    """Returns a module of a version folder; its modules import each other by their bare names, as Triton has it.

    Args:
        folder: The version folder.
        module: The module's name.
    """
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    return import_module(module)
