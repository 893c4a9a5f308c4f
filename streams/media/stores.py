"""Media from stores that fsspec knows, S3 above all.

fsspec's asynchronous stores run in our own event loop: a read whose time is over ends there and then. The others read
in a thread, which only the store itself can end. Address and credentials of a store are the operator's, given where
its library looks for them (`AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`, … for S3), never by an item.
"""

import asyncio
import contextlib
import errno
from typing import IO, Any

from streams.media.download import UnreachableError
from streams.road.stage import PoisonError

_CHUNK = 1 << 20

_REFUSALS = frozenset(
    {errno.EINVAL, errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EMSGSIZE, errno.ENAMETOOLONG, errno.EREMCHG}
)
"""What s3fs makes of answers that asking again does not change (s3fs/errors.py): 400, 403, 405, 501, 301."""


class Stores:
    """The stores that were asked so far, with their connections."""

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
                # A store that could not be set up has nothing to close.
                with contextlib.suppress(Exception):
                    await (await store.set_session()).close()

    async def load(self, uri: str, into: IO[bytes]) -> None:
        """Loads a file once.

        Args:
            uri: The address, which the operator allows.
            into: A file with a name, which takes the bytes.

        Raises:
            PoisonError: address-refused, missing, http-error or too-large.
            UnreachableError: Time may heal it.
        """
        if "/" not in uri.partition("://")[2]:
            raise PoisonError("missing", f"{uri}: it names no file")
        try:
            store, path = await self._store(uri)
        except (ImportError, ValueError) as error:
            raise PoisonError("address-refused", f"{uri}: {error}") from error
        try:
            if store.async_impl:
                await store._get_file(path, into.name, callback=self._limit(uri))  # noqa: SLF001 - the coroutine is documented
            else:
                await asyncio.to_thread(self._read, store, path, into, uri)
        except (FileNotFoundError, IsADirectoryError) as error:
            raise PoisonError("missing", f"{uri}: there is no such file ({error})") from error
        except PoisonError:
            raise
        except Exception as error:
            # Every store has errors of its own.
            if isinstance(error, PermissionError) or (isinstance(error, OSError) and error.errno in _REFUSALS):
                raise PoisonError("http-error", f"{uri}: the store refuses it: {error.strerror or error}") from error
            raise UnreachableError(f"{uri}: {error or type(error).__name__}") from error

    async def _store(self, uri: str) -> tuple[Any, str]:
        import fsspec  # noqa: PLC0415 - of the extra `media`

        # A store's library takes long to import.
        kind = await asyncio.to_thread(fsspec.get_filesystem_class, uri.partition("://")[0])
        options = {"asynchronous": True} if kind.async_impl else {}
        found, path = fsspec.core.url_to_fs(uri, skip_instance_cache=True, **options)
        # Equal are those with the same options, which an address may carry (`?versionId=`).
        if found not in self._stores and "s3" in found.protocol:
            # Attempts are counted by us, one as good as another, and items are loaded beside each other as it is.
            found.retries = found.max_concurrency = 1
            found.config_kwargs = {**found.config_kwargs, "retries": {"total_max_attempts": 1}}
        return self._stores.setdefault(found, found), path

    def _limit(self, uri: str) -> Any:
        from fsspec.callbacks import Callback  # noqa: PLC0415

        def check(size: int | None, loaded: int) -> None:
            # Not before the first bytes: s3fs closes the connection only from then on.
            if loaded and max(size or 0, loaded) > self._largest:
                raise PoisonError("too-large", f"{uri}: more than {self._largest} bytes")

        return Callback(hooks={"largest": check})

    def _read(self, store: Any, path: str, into: IO[bytes], uri: str) -> None:
        with store.open(path, "rb") as file:
            copy(file, into, uri, self._largest)


def copy(file: IO[bytes], into: IO[bytes], name: str, largest: int) -> None:
    """Copies a file.

    Args:
        file: What is read.
        into: Takes the bytes, instead of any that it has.
        name: What to call it.
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
