"""Reads the description of a network and opens it in this process."""

import json
from pathlib import Path
from typing import Any

from onnx_session import open_session


def description_of(folder: Path, name: str) -> dict[str, Any] | None:
    """Returns the description of a network, `NAME.json`; None if the version folder has none."""
    path = folder / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def session(path: Path, threads: int) -> Any:
    """Opens an ONNX file."""
    return open_session(path, threads, precise=False, spinning=True)
