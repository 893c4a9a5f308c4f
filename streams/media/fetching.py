"""Fetches the bytes of a media item into a file and checks them against the size and hash that its publisher states."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from streams.media.allowed import Allowed
from streams.media.download import UnreachableError, client, download
from streams.media.faults import is_ours
from streams.media.items import inline_bytes
from streams.media.stores import Stores, copy
from streams.messages.events import MediaItem
from streams.road.metrics import RETRIES, media_step
from streams.road.stage import PoisonError
from streams.scratch import Scratch

_FIRST_WAIT = 0.25
"""Seconds; doubled before each further attempt."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The fetched bytes of an item.

    Attributes:
        path: A temporary file, deleted when the context ends.
        size: How many bytes.
        sha256: Their SHA-256, in hexadecimal.
    """

    path: Path
    size: int
    sha256: str


class Fetcher:
    """Fetches media from the places that the operator allows."""

    def __init__(self, allowed: Allowed, *, largest: int, seconds: float, attempts: int) -> None:
        """Opens nothing.

        Args:
            allowed: Where media may be read from.
            largest: Most bytes.
            seconds: Longest time for an item, all attempts included.
            attempts: Most attempts where a later one may succeed.
        """
        self._allowed = allowed
        self._largest = largest
        self._seconds = seconds
        self._attempts = attempts
        self._http = client()
        self._stores = Stores(largest)
        self._folder: Scratch | None = None

    async def close(self) -> None:
        """Closes connections, and removes the folder of the files."""
        await self._http.aclose()
        await self._stores.close()
        if self._folder is not None:
            self._folder.close()

    def _scratch(self) -> Scratch:
        if self._folder is None or not self._folder.path.exists():
            self._folder = Scratch()
        return self._folder

    @asynccontextmanager
    async def fetched(self, item: MediaItem) -> AsyncIterator[Fetched]:
        """Fetches an item's bytes.

        Raises:
            PoisonError: address-refused, missing, http-error, unreachable, too-slow, too-large, truncated, wrong-size
                or wrong-hash.
        """
        with tempfile.NamedTemporaryFile(dir=self._scratch().path) as file:
            with media_step("fetch"):
                if item.data is None:
                    await self._fetch(item.uri, file.file)
                else:
                    file.write(inline_bytes(item))
                file.flush()
                fetched = await asyncio.to_thread(_checked, Path(file.name), item)
            yield fetched

    async def _fetch(self, uri: str, into: IO[bytes]) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                for attempt in range(1, self._attempts + 1):
                    try:
                        return await self._once(uri, into)
                    except UnreachableError as error:
                        RETRIES.labels("fetch", type(error.__cause__ or error).__name__).inc()
                        if attempt == self._attempts:
                            raise PoisonError("unreachable", f"after {attempt} attempts: {error}") from error
                    await asyncio.sleep(_FIRST_WAIT * 2**attempt)
        except TimeoutError:
            raise PoisonError("too-slow", f"{uri}: not fetched within {self._seconds:g} s") from None

    async def _once(self, uri: str, into: IO[bytes]) -> None:
        scheme = uri.partition(":")[0].lower()
        if scheme in {"http", "https"}:
            await download(self._http, uri, into, self._allowed, self._largest)
        elif scheme == "file":
            await asyncio.to_thread(self._copy, self._allowed.file(uri), into)
        else:
            self._allowed.store(uri)
            await self._stores.load(uri, into)

    def _copy(self, path: Path, into: IO[bytes]) -> None:
        try:
            if not path.is_file():
                raise PoisonError("missing", f"{path}: there is no such file")
            with path.open("rb") as file:
                copy(file, into, str(path), self._largest)
        except OSError as error:
            if is_ours(error):
                raise
            raise PoisonError("missing", f"{path}: {error.strerror}") from error


def _checked(path: Path, item: MediaItem) -> Fetched:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    size = path.stat().st_size
    if item.size is not None and size != item.size:
        reason = "truncated" if size < item.size else "wrong-size"
        raise PoisonError(reason, f"{size} bytes, but its publisher states {item.size}")
    if item.sha256 is not None and sha256 != item.sha256:
        raise PoisonError("wrong-hash", f"SHA-256 is {sha256}, but its publisher states {item.sha256}")
    return Fetched(path, size, sha256)
