"""A publisher's server, hours that pass at once, and what was published, for tests of the feeds worker."""

import asyncio
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler
from random import Random

import orjson

from streams.feeds.changes import Changed
from streams.feeds.feed_list import Feed
from streams.feeds.poller import Pace, Poller
from streams.feeds.readers import Readers
from streams.feeds.reading import FeedReader
from streams.feeds.state import FeedState
from tests.helpers.loopback import Loopback, begin

READERS = Readers()
"""Of all tests, as processes take a while to start. They end with the tests."""

BEGIN = 1_780_000_000.0
MINUTE, HOUR = 60.0, 3600.0


class OverError(Exception):
    """The simulated time has come to its end."""


class SimulatedClock:
    """Stands still while anything is at work, and then jumps to the next thing to do."""

    def __init__(self) -> None:
        self.time = BEGIN
        self.end = BEGIN

    def now(self) -> float:
        return self.time

    async def wait(self, running, until):
        if running:
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        elif until > self.end:
            self.time = self.end
            raise OverError
        else:
            self.time = max(self.time, until)


@dataclass
class Answer:
    """What the server says at an address.

    Attributes:
        body: The content; asked with validators that fit, it is not sent again.
        status: The status.
        headers: More headers.
        drips: Whether the body is sent a byte at a time, without end.
        validates: Whether an `ETag` is sent.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drips: bool = False
    validates: bool = True


class Press(Loopback):
    """Serves feeds, and notes when which was asked and what the answer was."""

    def __init__(self, clock: SimulatedClock) -> None:
        self.clock = clock
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[float, str, int]] = []
        self.closing = threading.Event()
        super().__init__()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        answer = self.answers[request.path]
        etag = f'"{blake2b(answer.body, digest_size=8).hexdigest()}"'
        status = answer.status
        if answer.validates and status == 200 and request.headers["If-None-Match"] == etag:
            status = 304
        self.asked.append((self.clock.time, request.path, status))
        begin(request, status, {**({"ETag": etag} if answer.validates else {}), **answer.headers})
        if status == 304:
            return
        try:
            while answer.drips and not self.closing.wait(0.02):
                request.wfile.write(b" ")
                request.wfile.flush()
            request.wfile.write(answer.body)
        except OSError:
            pass  # it was not waited for

    def close(self) -> None:
        self.closing.set()
        super().close()

    def times(self, path: str) -> list[float]:
        return [time - BEGIN for time, asked, _ in self.asked if asked == path]

    def statuses(self, path: str) -> list[int]:
        return [status for _, asked, status in self.asked if asked == path]


class Topics:
    """What was published, in order, and the newest state of each feed, as on a compacted topic."""

    def __init__(self) -> None:
        self.published: list[tuple[str, str]] = []
        self.articles: list[dict] = []
        self.states: dict[str, bytes] = {}
        self.fail_after: int | None = None
        self.written = 0

    async def publish(self, changed: Sequence[Changed], state: FeedState) -> None:
        for one in changed:
            self.published.append((one.change.value, one.record.key))
            self.articles.append(orjson.loads(one.record.value))
        if changed and self.fail_after is not None:
            self.fail_after -= 1
            if self.fail_after < 0:
                raise KilledError
        self.written += 1
        self.states[state.address] = state.model_dump_json().encode()

    def bodies(self) -> list[str]:
        return [article.get("body", "") for article in self.articles]


async def same() -> None:
    """The list does not change."""


class KilledError(BaseException):
    """The worker dies, after the broker has the articles and before it has the state."""


class World:
    """A press, a clock and topics, and workers one after the other."""

    def __init__(self) -> None:
        self.clock = SimulatedClock()
        self.press = Press(self.clock)
        self.topics = Topics()

    def close(self) -> None:
        self.press.close()

    def feed(self, path: str, every: float | None = None) -> Feed:
        return Feed(self.press.url(path), every, private=True)

    async def pass_(
        self, seconds: float, *feeds: Feed, pace: Pace | None = None, within: float = 5.0, read=None, relist=None
    ) -> Poller:
        """Lets a new worker, which knows only what is on the topics, ask these feeds for so many seconds."""
        states = {address: FeedState.model_validate_json(value) for address, value in self.topics.states.items()}
        read = read or FeedReader(READERS, within).read
        poller = Poller(
            feeds, states, self.topics, pace or self.pace(), clock=self.clock, read=read, relist=relist or same
        )
        self.clock.end = self.clock.time + seconds
        with suppress(OverError):
            await poller.run()
        return poller

    @staticmethod
    def pace(every: float = 10 * MINUTE, gap: float = 2.0, requests: int = 4) -> Pace:
        return Pace(every, gap, requests, Random(7))  # noqa: S311 - for jitter that is always the same


def rss(*items: tuple[str, str], title: str = "North Post", more: str = "") -> bytes:
    """Returns a feed with items of (guid, text)."""
    item = "<item><guid isPermaLink='false'>{}</guid><description>{}</description></item>"
    entries = "".join(item.format(guid, text) for guid, text in items)
    return f"<rss version='2.0'><channel><title>{title}</title>{more}{entries}</channel></rss>".encode()
