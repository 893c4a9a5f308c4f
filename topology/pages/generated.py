"""Files that are written from code: brought up to date by `--write`, held up to date by `--check` and a test."""

from collections.abc import Mapping
from pathlib import Path

from topology.settings import REPOSITORY

Files = Mapping[Path, str]
"""Content by path."""


def stale(files: Files) -> list[Path]:
    """Returns the paths whose content differs from what the code says, missing ones included."""
    return [path for path, text in files.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]


def write(files: Files) -> list[Path]:
    """Writes what is stale and returns it.

    Raises:
        FileNotFoundError: The folder is missing, as it is where the package was installed without its repository.
    """
    changed = stale(files)
    for path in changed:
        path.write_text(files[path], encoding="utf-8")
    return changed


def shown(path: Path) -> str:
    """Returns a path as a reader of the repository names it."""
    return str(path.relative_to(REPOSITORY)) if path.is_relative_to(REPOSITORY) else str(path)
