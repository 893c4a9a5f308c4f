"""Public weights: the declared table, and fetching from it without trusting the hub.

A hub could send anything under a name, so each file is pinned by revision, size and SHA-256, and nothing of a model is
put in place before all of it is there and right.
"""

import hashlib
import json
import os
import string
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from streams.sources.feed_record import SourceError
from streams.sources.fetch import fetch

TABLE = Path(__file__).with_suffix(".yaml")

SECONDS = 1800.0
"""Longest time for one file."""

FIELDS = ("repository", "revision", "path")
"""What a hub's address has places for."""


class PullError(RuntimeError):
    """Nothing was fetched; the message says why and what to do."""


class PinnedFile(BaseModel):
    """One file of a model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    size: int = Field(gt=0)
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class PublicModel(BaseModel):
    """A model that somebody published."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    what: str
    licence: str
    repository: str
    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
    files: dict[str, PinnedFile]
    describes: dict[str, dict[str, Any]]


def public_models() -> dict[str, PublicModel]:
    """Returns the table."""
    rows = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return {name: PublicModel.model_validate(row) for name, row in rows.items()}


def address(hub: str, model: PublicModel, file: PinnedFile) -> str:
    """Returns where a file is.

    Args:
        hub: The hub's address, with a place for each of `FIELDS`.
        model: The model.
        file: One of its files.

    Raises:
        PullError: No hub is named, or its address has no such places.
    """
    if not hub:
        raise PullError(
            "no hub is named; set TRIPLEWIRE_HUB to the address of one, with places for what is fetched: "
            "https://HOST/{repository}/resolve/{revision}/{path}"
        )
    try:
        places = sorted(name for _, name, _, _ in string.Formatter().parse(hub) if name)
    except ValueError as error:
        raise PullError(f"TRIPLEWIRE_HUB {hub!r} cannot be read: {error}") from error
    if places != sorted(FIELDS):
        raise PullError(f"TRIPLEWIRE_HUB {hub!r} must have one place for each of {', '.join(FIELDS)}")
    return hub.format(repository=model.repository, revision=model.revision, path=file.path)


def pull(model: PublicModel, hub: str, folder: Path, tell: Callable[[str], None]) -> list[Path]:
    """Fetches a model, checks it, and puts it in place.

    Args:
        model: What to fetch.
        hub: See `address`.
        folder: Where to.
        tell: Called with a line on what goes on.

    Returns:
        The files, in the order in which they were put in place: descriptions last, because a description is what makes
        its network be loaded.

    Raises:
        PullError: The hub is not named or not reached, or what it sends is not what is pinned. The folder is as it was.
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".pull-") as name:
        part = Path(name)
        for file_name, file in model.files.items():
            source = address(hub, model, file)
            tell(f"fetching {source} ({file.size:,} bytes)")
            try:
                # The operator named this hub: it may well be inside his own network.
                content = fetch(source, allow_private=True, largest=file.size, seconds=SECONDS)
            except SourceError as error:
                raise PullError(
                    f"{error}. The weights cannot be had from here; fetch them where there is a network, or name "
                    "another hub with TRIPLEWIRE_HUB."
                ) from error
            got = hashlib.sha256(content).hexdigest()
            if got != file.sha256:
                raise PullError(f"{source} has SHA-256 {got}, not {file.sha256}: it is not the file that is pinned")
            (part / file_name).write_bytes(content)
        for file_name, description in model.describes.items():
            (part / file_name).write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")
        names = [*model.files, *model.describes]
        for each in names:
            os.replace(part / each, folder / each)  # noqa: PTH105  one step, on one file system
    return [folder / each for each in names]
