"""The Triton model repository on disk: models, versions, files and sizes."""

import json
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model version.

    Attributes:
        path: Relative to the version's folder.
        size: Size in bytes.
        sha256: Hash of the content, in hexadecimal.
    """

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A version of a model.

    Attributes:
        model: The model's name.
        version: The number of its folder.
        files: Its files.
        labels: Content of its labels.json; empty if it has none.
    """

    model: str
    version: int
    files: tuple[ModelFile, ...]
    labels: dict[str, Any]


class RepositoryError(OSError):
    """The model repository cannot be read; the message states why."""


def versions(repository: Path) -> list[ModelVersion]:
    """Returns every version of every model, in order.

    Raises:
        RepositoryError: The folder does not exist, or a labels.json is not JSON.
    """
    if not repository.is_dir():
        raise RepositoryError(f"there is no model repository at {repository}")
    folders = [
        f for model in sorted(repository.iterdir()) if model.is_dir() for f in model.iterdir() if f.name.isdigit()
    ]
    return [_version(folder) for folder in sorted(folders, key=lambda f: (f.parent.name, int(f.name)))]


def _version(folder: Path) -> ModelVersion:
    files = sorted(f for f in folder.rglob("*") if f.is_file() and "__pycache__" not in f.parts)
    return ModelVersion(folder.parent.name, int(folder.name), tuple(_file(f, folder) for f in files), _labels(folder))


def _file(path: Path, folder: Path) -> ModelFile:
    with path.open("rb") as content:
        digest = file_digest(content, "sha256").hexdigest()
    return ModelFile(str(path.relative_to(folder)), path.stat().st_size, digest)


def _labels(folder: Path) -> dict[str, Any]:
    path = folder / "labels.json"
    if not path.is_file():
        return {}
    try:
        labels: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RepositoryError(f"{path} is not JSON: {error}") from error
    return labels
