"""Reads one feed or folder, if it has changed."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

from streams.feeds.feed_list import Feed
from streams.sources.feed_record import Found, SourceError
from streams.sources.feeds.reader import LARGEST_ADDRESS, read_feed
from streams.sources.fetch import Validators, fetch_page
from streams.sources.folder import read_folder

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a feed answered.

    Attributes:
        found: Its articles and what is left out, read as it is iterated; None if nothing has changed.
        validators: What to ask with the next time.
    """

    found: Iterable[Found] | None
    validators: Validators


def read(feed: Feed, known: Validators, seconds: float) -> Reading:
    """Asks a feed. Blocks.

    Args:
        feed: The feed.
        known: The validators of what was read last.
        seconds: Longest time for the download.

    Raises:
        SourceError: It cannot be read.
    """
    if folder := feed.folder:
        signature = Validators(etag=_signature(folder))
        return Reading(None if signature == known else read_folder(folder), signature)
    page = fetch_page(feed.address, allow_private=feed.private, largest=LARGEST_ADDRESS, seconds=seconds, known=known)
    if page.unchanged:
        return Reading(None, known)
    # Named by the address that was asked, as by `triplewire publish`, so that both give an article the same id.
    found = read_feed(page.content, feed.address, address=page.address, label=page.charset)
    return Reading(found, page.validators)


def _signature(folder: Path) -> str:
    """Returns what changes when a file of a folder does: a hash of all their names, sizes and times."""
    found = blake2b(digest_size=8)
    for line in _files(folder):
        found.update(line.encode("utf-8", "surrogateescape"))
    return found.hexdigest()


def _files(folder: Path) -> Iterator[str]:
    try:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                about = path.stat()
                yield f"{path}\0{about.st_size}\0{about.st_mtime_ns}\n"
    except OSError as error:
        raise SourceError(f"{folder}: {error.strerror}") from error


async def in_thread(call: Callable[[], R]) -> R:
    """Awaits a call that blocks. Unlike `asyncio.to_thread`, a slow download does not keep the process from ending."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[R] = loop.create_future()

    def settle(set_: Callable[[Any], None], what: object) -> None:
        if not done.done():  # it may have been cancelled
            set_(what)

    def work() -> None:
        try:
            outcome: tuple[Callable[[Any], None], object] = done.set_result, call()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is for whoever awaits it
            outcome = done.set_exception, error
        with suppress(RuntimeError):  # the loop has ended in the meantime
            loop.call_soon_threadsafe(settle, *outcome)

    threading.Thread(target=work, daemon=True, name="feed").start()
    return await done
