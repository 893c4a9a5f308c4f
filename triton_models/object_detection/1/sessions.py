"""Where a network runs: in this process, or as another model of the same server."""

import json
from pathlib import Path
from typing import Any

from onnx_session import open_session


def described(folder: Path, name: str) -> dict[str, Any] | None:
    """Returns what `NAME.json` says of a network, or nothing where the version folder has none."""
    path = folder / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def session(path: Path, threads: int) -> Any:
    """Opens an ONNX file."""
    return open_session(path, threads, precise=False, spinning=True)
