"""Reads one feed or folder, if it has changed."""

import asyncio
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

from streams.feeds.child import Request
from streams.feeds.feed_list import Feed
from streams.feeds.readers import Readers
from streams.feeds.state import FeedState
from streams.sources.feed_record import Found, SourceError
from streams.sources.feeds.reader import LARGEST_ADDRESS
from streams.sources.fetch import Page, Validators, fetch_page

R = TypeVar("R")

FEED_SECONDS = 180.0
FOLDER_SECONDS = 600.0
"""Most processor time for reading a feed, and a folder."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a feed answered.

    Attributes:
        found: Its articles and what is left out, read as it is iterated; None if nothing has changed.
        validators: What to ask with the next time.
        content: Hash of what was read, as many servers have no validators or change them without need.
    """

    found: Generator[Found] | None
    validators: Validators
    content: str


class FeedReader:
    """Asks feeds, and reads what has changed in processes of their own. Blocks; used by several threads.

    Args:
        readers: The processes.
        seconds: Longest time for a download.
    """

    def __init__(self, readers: Readers, seconds: float) -> None:
        self._readers, self._seconds = readers, seconds

    def read(self, feed: Feed, known: FeedState) -> Reading:
        """Asks a feed.

        Args:
            feed: The feed.
            known: What is remembered of it.

        Raises:
            SourceError: It cannot be read.
        """
        if folder := feed.folder:
            content = _signature(folder)
            request = Request(feed.name or feed.address, FOLDER_SECONDS, folder=feed.address)
            return Reading(None if content == known.content else self._readers.read(request), Validators(), content)
        asked = Validators(known.etag, known.last_modified)
        page = fetch_page(
            feed.address, allow_private=feed.private, largest=LARGEST_ADDRESS, seconds=self._seconds, known=asked
        )
        if page.unchanged:
            return Reading(None, asked, known.content)
        content = _hash(page)
        if content == known.content:
            return Reading(None, page.validators, content)
        # Named by the address that was asked, as by `triplewire publish`, so that both give an article the same id.
        request = Request(feed.address, FEED_SECONDS, len(page.content), page.address, page.charset)
        return Reading(self._readers.read(request, page.content), page.validators, content)


def _hash(page: Page) -> str:
    found = blake2b(page.content, digest_size=8)
    found.update(f"\0{page.charset}\0{page.address}".encode())
    return found.hexdigest()


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
                # The time of the last change of rights, too: a file that could not be read may be readable now.
                yield f"{path}\0{about.st_size}\0{about.st_mtime_ns}\0{about.st_ctime_ns}\n"
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
