"""Files that are generated from code: `--write` updates them, `--check` and a test find outdated ones."""

from collections.abc import Mapping
from pathlib import Path

from topology.settings import REPOSITORY

Files = Mapping[Path, str]
"""Content by path."""


def stale(files: Files) -> list[Path]:
    """Returns the paths whose content differs from the generated one, including missing files."""
    return [path for path, text in files.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]


def write(files: Files) -> list[Path]:
    """Writes the stale files and returns their paths.

    Raises:
        FileNotFoundError: The folder does not exist, as in an installation without the repository.
    """
    changed = stale(files)
    for path in changed:
        path.write_text(files[path], encoding="utf-8")
    return changed


def shown(path: Path) -> str:
    """Returns a path relative to the repository, if it is inside it."""
    return str(path.relative_to(REPOSITORY)) if path.is_relative_to(REPOSITORY) else str(path)
