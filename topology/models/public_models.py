"""Public weights: the table of models, and downloads that do not trust the hub.

A hub could send anything under a name, so each file is pinned by revision, size and SHA-256. A model is installed only
after all its files have been downloaded and verified.
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
"""Most seconds for one file."""

FIELDS = ("repository", "revision", "path")
"""The placeholders in a hub's address."""


class PullError(RuntimeError):
    """Nothing was installed; the message states why and what to do."""


class PinnedFile(BaseModel):
    """One file of a model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str
    size: int = Field(gt=0)
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class PublicModel(BaseModel):
    """A published model.

    Attributes:
        what: What it does.
        licence: Its licence.
        repository: Its repository on the hub.
        revision: The pinned revision.
        files: Pinned files by the name under which they are installed.
        describes: JSON files to write next to them, for the model that loads the weights.
    """

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
    """Returns the address of a file.

    Args:
        hub: The hub's address, with a placeholder for each of `FIELDS`.
        model: The model.
        file: One of its files.

    Raises:
        PullError: No hub is configured, or its address lacks the placeholders.
    """
    if not hub:
        raise PullError(
            "no hub is configured; set TRIPLEWIRE_HUB to an address with these placeholders: "
            "https://HOST/{repository}/resolve/{revision}/{path}"
        )
    try:
        places = sorted(name for _, name, _, _ in string.Formatter().parse(hub) if name)
    except ValueError as error:
        raise PullError(f"TRIPLEWIRE_HUB {hub!r} is invalid: {error}") from error
    if places != sorted(FIELDS):
        raise PullError(f"TRIPLEWIRE_HUB {hub!r} must have one placeholder for each of {', '.join(FIELDS)}")
    return hub.format(repository=model.repository, revision=model.revision, path=file.path)


def pull(model: PublicModel, hub: str, folder: Path, tell: Callable[[str], None]) -> list[Path]:
    """Downloads, verifies and installs a model.

    Args:
        model: The model.
        hub: See `address`.
        folder: Target folder.
        tell: Called with a line about each download.

    Returns:
        The installed files in order. Descriptions come last, because a description makes its network be loaded.

    Raises:
        PullError: The hub is not configured, does not answer, or sends other files. The folder is unchanged.
        OSError: The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".pull-") as name:
        part = Path(name)
        for file_name, file in model.files.items():
            source = address(hub, model, file)
            tell(f"fetching {source} ({file.size:,} bytes)")
            try:
                # The operator chose this hub; it may be on a private network.
                content = fetch(source, allow_private=True, largest=file.size, seconds=SECONDS)
            except SourceError as error:
                raise PullError(
                    f"{error}. The weights cannot be downloaded from here; use a host with network access, or set "
                    "TRIPLEWIRE_HUB to another hub."
                ) from error
            got = hashlib.sha256(content).hexdigest()
            if got != file.sha256:
                raise PullError(f"{source} has SHA-256 {got}, not {file.sha256}: it is not the pinned file")
            (part / file_name).write_bytes(content)
        for file_name, description in model.describes.items():
            (part / file_name).write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")
        names = [*model.files, *model.describes]
        for each in names:
            os.replace(part / each, folder / each)  # noqa: PTH105  one step, on the same file system
    return [folder / each for each in names]
