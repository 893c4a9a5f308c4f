"""Getting the bytes of a media item into a file, checked against what its publisher says of them."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from streams.events import MediaItem
from streams.media.allowed import Allowed
from streams.media.download import UnreachableError, client, download
from streams.media.items import inline_bytes
from streams.metrics import RETRIES, media_step
from streams.stage import PoisonError

_FIRST_WAIT = 0.25
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Fetched:
    """An item's bytes.

    Attributes:
        path: A file of ours; gone when the context ends.
        size: How many bytes.
        sha256: Their hash.
    """

    path: Path
    size: int
    sha256: str


class Fetcher:
    """Gets bytes from wherever the operator allows."""

    def __init__(self, allowed: Allowed, *, largest: int, seconds: float, attempts: int) -> None:
        """Opens nothing.

        Args:
            allowed: Where media may be read from.
            largest: Most bytes.
            seconds: Longest time for an item, all attempts included.
            attempts: Attempts at what fails for now.
        """
        self._allowed = allowed
        self._largest = largest
        self._seconds = seconds
        self._attempts = attempts
        self._http = client()

    async def close(self) -> None:
        """Closes the client."""
        await self._http.aclose()

    @asynccontextmanager
    async def fetched(self, item: MediaItem) -> AsyncIterator[Fetched]:
        """Gets an item's bytes.

        Raises:
            PoisonError: address-refused, missing, http-error, unreachable, too-slow, too-large, truncated, wrong-size
                or wrong-hash.
        """
        with tempfile.NamedTemporaryFile(prefix="triplewire-media-") as file:
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
            raise PoisonError("too-slow", f"{uri}: not there within {self._seconds:g} s") from None

    async def _once(self, uri: str, into: IO[bytes]) -> None:
        scheme = uri.partition(":")[0].lower()
        if scheme in {"http", "https"}:
            await download(self._http, uri, into, self._allowed, self._largest)
        elif scheme == "file":
            await asyncio.to_thread(self._copy, self._allowed.file(uri), into)
        else:
            self._allowed.store(uri)
            await asyncio.to_thread(self._load, uri, into)

    def _copy(self, path: Path, into: IO[bytes]) -> None:
        try:
            if not path.is_file():
                raise PoisonError("missing", f"{path}: there is no such file")
            with path.open("rb") as file:
                self._take(file, into, str(path))
        except OSError as error:
            raise PoisonError("missing", f"{path}: {error.strerror}") from error

    def _load(self, uri: str, into: IO[bytes]) -> None:
        import fsspec  # noqa: PLC0415 - of the extra `media`

        try:
            store, path = fsspec.core.url_to_fs(uri)
            with store.open(path, "rb") as file:
                self._take(file, into, uri)
        except (FileNotFoundError, IsADirectoryError) as error:
            raise PoisonError("missing", f"{uri}: there is no such file") from error
        except (ImportError, ValueError) as error:
            raise PoisonError("address-refused", f"{uri}: {error}") from error
        except PoisonError:
            raise
        except Exception as error:
            # Every store has errors of its own.
            raise UnreachableError(f"{uri}: {error}") from error

    def _take(self, file: IO[bytes], into: IO[bytes], name: str) -> None:
        into.seek(0)
        into.truncate()
        size = 0
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > self._largest:
                raise PoisonError("too-large", f"{name}: more than {self._largest} bytes")
            into.write(chunk)


def _checked(path: Path, item: MediaItem) -> Fetched:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    size = path.stat().st_size
    if item.size is not None and size != item.size:
        reason = "truncated" if size < item.size else "wrong-size"
        raise PoisonError(reason, f"{size} bytes, and its publisher says {item.size}")
    if item.sha256 is not None and sha256 != item.sha256:
        raise PoisonError("wrong-hash", f"SHA-256 is {sha256}, and its publisher says {item.sha256}")
    return Fetched(path, size, sha256)
