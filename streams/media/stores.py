"""Loads media from the stores that fsspec supports, above all S3.

fsspec's asynchronous stores run in our event loop, so a read that times out ends at once. The others read in a thread,
which only the store itself can end. The operator sets a store's address and credentials where its library expects them
(`AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`, … for S3); an item cannot set them.
"""

import asyncio
import contextlib
import errno
from typing import IO, Any

from streams.media.download import UnreachableError
from streams.media.faults import is_ours
from streams.road.stage import PoisonError

_CHUNK = 1 << 20

_REFUSALS = frozenset(
    {errno.EINVAL, errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EMSGSIZE, errno.ENAMETOOLONG, errno.EREMCHG}
)
"""Error numbers to which s3fs maps answers that a further attempt does not change (s3fs/errors.py): 400, 403, 405, 501,
301."""


class Stores:
    """The stores that were used so far, with their connections."""

    def __init__(self, largest: int) -> None:
        """Opens nothing.

        Args:
            largest: Most bytes.
        """
        self._largest = largest
        self._stores: dict[Any, Any] = {}

    async def close(self) -> None:
        """Closes connections."""
        while self._stores:
            _, store = self._stores.popitem()
            if store.async_impl and hasattr(store, "set_session"):
                # A store whose set-up failed has nothing to close.
                with contextlib.suppress(Exception):
                    await (await store.set_session()).close()

    async def load(self, uri: str, into: IO[bytes]) -> None:
        """Makes one attempt to load a file.

        Args:
            uri: An address that the operator allows.
            into: A file with a name, which receives the bytes.

        Raises:
            PoisonError: address-refused, missing, http-error or too-large.
            UnreachableError: A later attempt may succeed.
        """
        if "/" not in uri.partition("://")[2]:
            raise PoisonError("missing", f"{uri}: it names no file")
        try:
            store, path = await self._store(uri)
        except (ImportError, ValueError) as error:
            raise PoisonError("address-refused", f"{uri}: {error}") from error
        except Exception as error:
            # Every store reads its addresses in its own way.
            raise PoisonError("address-refused", f"{uri}: its store cannot read it: {type(error).__name__}") from error
        try:
            if store.async_impl:
                await store._get_file(path, into.name, callback=self._limit(uri))  # noqa: SLF001 - it is documented
            else:
                await asyncio.to_thread(self._read, store, path, into, uri)
        except (FileNotFoundError, IsADirectoryError) as error:
            raise PoisonError("missing", f"{uri}: there is no such file") from error
        except PoisonError:
            raise
        except Exception as error:
            # Every store has its own exceptions.
            if isinstance(error, OSError) and is_ours(error):
                raise
            if isinstance(error, PermissionError) or (isinstance(error, OSError) and error.errno in _REFUSALS):
                raise PoisonError("http-error", f"{uri}: the store refuses it: {error.strerror or error}") from error
            message = str(error).replace(into.name, "our copy") or type(error).__name__
            raise UnreachableError(f"{uri}: {message}") from error

    async def _store(self, uri: str) -> tuple[Any, str]:
        import fsspec  # noqa: PLC0415 - of the extra `media`

        # In a thread, as a store's library takes long to import.
        kind = await asyncio.to_thread(fsspec.get_filesystem_class, uri.partition("://")[0])
        options = {"asynchronous": True} if kind.async_impl else {}
        found, path = fsspec.core.url_to_fs(uri, skip_instance_cache=True, **options)
        # Stores are equal if their options are, and an address may set options (`?versionId=`).
        if found not in self._stores and "s3" in found.protocol:
            # We count attempts ourselves, and several items are loaded at once anyway.
            found.retries = found.max_concurrency = 1
            found.config_kwargs = {**found.config_kwargs, "retries": {"total_max_attempts": 1}}
        return self._stores.setdefault(found, found), path

    def _limit(self, uri: str) -> Any:
        from fsspec.callbacks import Callback  # noqa: PLC0415

        def check(size: int | None, loaded: int) -> None:
            # Not before the first bytes arrive: before that s3fs would leave the connection open.
            if loaded and max(size or 0, loaded) > self._largest:
                raise PoisonError("too-large", f"{uri}: more than {self._largest} bytes")

        return Callback(hooks={"largest": check})

    def _read(self, store: Any, path: str, into: IO[bytes], uri: str) -> None:
        with store.open(path, "rb") as file:
            copy(file, into, uri, self._largest)


def copy(file: IO[bytes], into: IO[bytes], name: str, largest: int) -> None:
    """Copies a file.

    Args:
        file: The file to read.
        into: The file to overwrite.
        name: Its name in messages.
        largest: Most bytes.

    Raises:
        PoisonError: too-large.
    """
    into.seek(0)
    into.truncate()
    size = 0
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        if size > largest:
            raise PoisonError("too-large", f"{name}: more than {largest} bytes")
        into.write(chunk)
