"""The loop that asks feeds when they are due: one request a host at a time, and never too soon after the last."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Protocol

import structlog

from streams.feeds.changes import Changed, Comparison, remembered
from streams.feeds.feed_list import Feed
from streams.feeds.readers import ReaderDownError
from streams.feeds.reading import Reading, in_thread
from streams.feeds.schedule import LONGEST_WISH, Clock, after_failures, after_success, first_asked, wished
from streams.feeds.state import MOST_ITEMS, FeedState, room
from streams.road.metrics import FEED_ARTICLES, FEED_POLLS, FEEDS_FAILING
from streams.sources.feed_record import Found, LeftOut, SourceError
from streams.sources.fetch import AnswerError

log = structlog.get_logger(__name__)

PORTION = 200
"""Articles that are published at once; after a crash, at most so many of a feed are published again."""

PORTION_BYTES = 8 * 1024 * 1024
"""Bytes after which a portion takes no further article."""

FINISH_WITHIN = 5.0
"""Seconds that a publication may still take when the worker is to end."""

RETRY_AFTER = 60.0
"""Seconds until a feed is asked again that could not be read through no fault of its own."""

LOOK_EVERY = 30.0
"""Seconds between two looks at the list of feeds."""

TOO_MANY_REQUESTS = 429

UNREAD = {"etag": "", "last_modified": "", "content": ""}
"""Of a state: nothing that was read in full."""


Listed = tuple[Collection[Feed], Mapping[str, FeedState]]
"""Feeds, and what is remembered of them by address."""


class Outlet(Protocol):
    """Where articles and states go."""

    async def publish(self, changed: Sequence[Changed], state: FeedState) -> None:
        """Publishes articles, and when the broker has all of them, the state that says so."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often is asked.

    Attributes:
        every: Seconds between two polls of a feed that does not state its own.
        host_gap: Least seconds between two requests to one host.
        requests: Feeds that are asked at the same time.
        random: For jitter.
    """

    every: float
    host_gap: float
    requests: int
    random: Random = field(default_factory=Random)


@dataclass(slots=True)
class _Turn:
    """A feed's turn.

    Attributes:
        feed: The feed.
        host: Its host.
        due: Seconds since 1970 at which it is asked next.
        state: What is remembered of it.
        error: Why its last poll failed; empty if it did not.
        excess: What was left out of its last reading as it has too many articles; empty if nothing.
        whole: Whether the topic has a state of a time when all of the feed was read.
    """

    feed: Feed
    host: "_Host"
    due: float
    state: FeedState
    error: str = ""
    excess: str = ""
    whole: bool = False


@dataclass(slots=True)
class _Host:
    free_at: float = 0.0
    busy: bool = False


@dataclass(slots=True)
class _Left:
    """What a reading leaves out: counted, and logged once with an example."""

    count: int = 0
    first: LeftOut | None = field(default=None)

    def note(self, one: LeftOut) -> None:
        self.count += 1
        self.first = self.first or one


class Poller:
    """Asks feeds until it is cancelled.

    Args:
        feeds: The feeds.
        states: What is remembered of them, by address.
        outlet: Where their articles go.
        pace: How often they are asked.
        clock: The time.
        read: Reads a feed of which this is remembered. Blocks.
        relist: Returns other feeds to ask from now on, with what is remembered of them; None if they are the same.
    """

    def __init__(
        self,
        feeds: Collection[Feed],
        states: Mapping[str, FeedState],
        outlet: Outlet,
        pace: Pace,
        *,
        clock: Clock,
        read: Callable[[Feed, FeedState], Reading],
        relist: Callable[[], Awaitable[Listed | None]],
    ) -> None:
        self._outlet, self._pace, self._clock, self._ask, self._relist = outlet, pace, clock, read, relist
        self._turns: list[_Turn] = []
        self._hosts: dict[str, _Host] = {}
        self._running: dict[asyncio.Task[None], _Turn] = {}
        self._look_at = clock.now() + LOOK_EVERY
        self._list(feeds, states)

    async def run(self) -> None:
        """Asks feeds whenever they are due. When cancelled, it ends downloads at once, but finishes what it publishes.

        Raises:
            NoLongerInChargeError: Another worker asks the feeds now.
        """
        try:
            while True:
                if self._clock.now() >= self._look_at:
                    await self._look()
                self._begin_due()
                await self._clock.wait(self._running.keys(), self._next())
                for task in [task for task in self._running if task.done()]:
                    del self._running[task]
                    await task  # what it did not expect is a bug, or that we are no longer in charge
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    def failing(self) -> list[str]:
        """Returns which feeds could not be read, or not in full, and why."""
        return [turn.error or turn.excess for turn in self._turns if turn.error or turn.excess]

    async def _look(self) -> None:
        if listed := await self._relist():
            self._list(*listed)
        self._look_at = self._clock.now() + LOOK_EVERY

    def _list(self, feeds: Collection[Feed], states: Mapping[str, FeedState]) -> None:
        """Asks these feeds from now on. Those that were asked before are in the middle of something, and go on."""
        now = self._clock.now()
        before = {turn.feed.address: turn for turn in (*self._turns, *self._running.values())}
        new = [feed for feed in feeds if feed.address not in before and not feed.folder]
        after = first_asked({feed.address: feed.every or self._pace.every for feed in new})
        self._turns = []
        self._sites: dict[str, list[_Turn]] = {}
        for feed in feeds:
            every = feed.every or self._pace.every
            turn = before.get(feed.address)
            if turn is None:
                turn = _turn(feed, self._host(feed), states.get(feed.address), now, every)
                turn.due = max(turn.due, now + after.get(feed.address, 0.0))
            elif turn.feed != feed:
                turn.feed, turn.due = feed, min(turn.due, now + every)
            self._turns.append(turn)
            self._sites.setdefault(feed.site, []).append(turn)
        self._room = room(len(self._turns))
        asked = {turn.feed.host or turn.feed.address for turn in (*self._turns, *self._running.values())}
        self._hosts = {name: host for name, host in self._hosts.items() if name in asked}

    def _begin_due(self) -> None:
        now = self._clock.now()
        asked = set(map(id, self._running.values()))
        for turn in sorted((turn for turn in self._turns if turn.due <= now), key=lambda turn: turn.due):
            if len(self._running) >= self._pace.requests:
                return
            if id(turn) in asked or turn.host.busy or turn.host.free_at > now:
                continue
            turn.host.busy = True
            self._running[asyncio.create_task(self._poll(turn, turn.host))] = turn

    def _next(self) -> float:
        """Returns when another feed can be asked, or the list is to be looked at."""
        if len(self._running) >= self._pace.requests:
            return self._look_at
        asked = set(map(id, self._running.values()))
        free = (turn for turn in self._turns if id(turn) not in asked and not turn.host.busy)
        due = (max(turn.due, turn.host.free_at) for turn in free)
        return min((self._look_at, *due))

    def _host(self, feed: Feed) -> _Host:
        return self._hosts.setdefault(feed.host or feed.address, _Host())

    async def _poll(self, turn: _Turn, host: _Host) -> None:
        every = turn.feed.every or self._pace.every
        try:
            changed = await self._read(turn, every)
        except NoLongerInChargeError:
            raise
        except ReaderDownError as error:
            # No feed is to blame, and none is to wait for it.
            log.warning("feeds.reader_down", reason=str(error))
            turn.error, turn.due = str(error), self._clock.now() + min(every, RETRY_AFTER)
        except SourceError as error:
            await self._failed(turn, host, every, error, str(error))
        except Exception as error:
            # A fault of ours in one feed must not cost the others.
            log.exception("feeds.bug", feed=turn.feed.address)
            await self._failed(turn, host, every, error, f"{turn.feed.address}: {type(error).__name__}: {error}")
        else:
            FEED_POLLS.labels("changed" if changed else "unchanged").inc()
        finally:
            host.busy = False
            host.free_at = max(host.free_at, self._clock.now() + self._pace.host_gap)
            FEEDS_FAILING.set(len(self.failing()))

    async def _read(self, turn: _Turn, every: float) -> bool:
        """Reads a feed and publishes what is news; returns whether it had changed."""
        reading = await in_thread(partial(self._ask, turn.feed, turn.state))
        settled: dict[str, object] = {
            "etag": reading.validators.etag,
            "last_modified": reading.validators.last_modified,
            "content": reading.content,
            "failures": 0,
            "not_before": 0.0,
        }
        turn.error = ""
        if reading.found is not None:
            settled |= await self._publish(turn, reading.found)
        turn.due = self._clock.now() + after_success(every, self._pace.random)
        done = turn.state.model_copy(update=settled)
        if done != turn.state and not (turn.whole and _alike(done, turn.state)):
            await self._send([], done)
            turn.whole = bool(done.content)
        turn.state = done
        return reading.found is not None

    async def _publish(self, turn: _Turn, found: Generator[Found]) -> dict[str, object]:
        """Publishes what is news in portions; returns what is to be remembered once all of it is read."""
        known, left = turn.state.items, _Left()
        comparison = Comparison(turn.state, partial(self._elsewhere, turn), left.note, self._clock.now())
        changes = comparison.changes(found)
        try:
            while portion := await in_thread(partial(_take, changes)):
                items = remembered(known, comparison.seen, self._room)
                # Half of it is read: what was there before is not what it has now.
                half = {"items": items, "revised": dict(comparison.revised), **UNREAD}
                state = turn.state.model_copy(update=half)
                await self._send(portion, state)
                turn.state, turn.whole = state, False
                for one in portion:
                    FEED_ARTICLES.labels(one.change.value).inc()
        finally:
            with suppress(ValueError):  # a thread is at work on it, and closes it when it ends
                found.close()
        if left.first:
            FEED_ARTICLES.labels("left_out").inc(left.count)
            first = left.first
            log.info("feeds.left_out", count=left.count, where=first.where, what=first.what, reason=first.reason)
        turn.excess = ""
        if comparison.beyond:
            turn.excess = (
                f"{turn.feed.address}: it has {comparison.beyond} articles more than the {MOST_ITEMS} that are read of "
                "a feed; `triplewire publish` reads any number"
            )
        # What waits is to be read again, although the feed will not have changed.
        unread = UNREAD if comparison.later else {}
        return {"items": remembered(known, comparison.seen, self._room), "revised": comparison.revised, **unread}

    async def _send(self, portion: Sequence[Changed], state: FeedState) -> None:
        """Publishes, and is not cancelled between the articles and the state unless the broker takes too long."""
        sending = asyncio.create_task(self._outlet.publish(portion, state))
        try:
            await asyncio.shield(sending)
        except asyncio.CancelledError:
            await asyncio.wait({sending}, timeout=FINISH_WITHIN)
            sending.cancel()
            raise

    def _elsewhere(self, own: _Turn, id_hash: str) -> set[str]:
        # Of the publisher's other feeds only: a look into each of thousands for each article would take too long.
        others = [turn.state.items for turn in self._sites.get(own.feed.site, ()) if turn is not own]
        return {items[id_hash] for items in others if id_hash in items}

    async def _failed(self, turn: _Turn, host: _Host, every: float, error: Exception, message: str) -> None:
        now = self._clock.now()
        turn.error = message
        failures = turn.state.failures + 1
        FEED_POLLS.labels("failed").inc()
        log.warning("feeds.failed", feed=turn.feed.address, failures=failures, reason=message)
        if turn.feed.folder:  # it costs nobody anything to look again
            turn.due = now + after_success(every, self._pace.random)
            return
        wish = wished(error.retry_after, now) if isinstance(error, AnswerError) else 0.0
        if isinstance(error, AnswerError) and error.status == TOO_MANY_REQUESTS:
            host.free_at = max(host.free_at, now + min(wish, LONGEST_WISH))
        turn.due = now + after_failures(every, failures, wish, self._pace.random)
        state = turn.state.model_copy(update={"failures": failures, "not_before": turn.due})
        await self._send([], state)
        turn.state, turn.whole = state, bool(state.content)


class NoLongerInChargeError(Exception):
    """Another worker asks the feeds now."""


def _turn(feed: Feed, host: _Host, state: FeedState | None, now: float, every: float) -> _Turn:
    # No remembered time is believed that could not have been set by now: clocks are set back, too.
    latest = now + 2 * max(every, LONGEST_WISH)
    due = max(now, state.not_before) if state and state.not_before <= latest else now
    if state is None:
        return _Turn(feed, host, due, FeedState(address=feed.address))
    error = f"{feed.address}: the last {state.failures} polls failed" if state.failures else ""
    return _Turn(feed, host, due, state, error, whole=bool(state.content))


def _alike(one: FeedState, other: FeedState) -> bool:
    """Returns whether two states differ at most in what the feed is asked with.

    Many feeds state a new time at each poll, and no news. A worker that takes over reads them once more.
    """
    return one.model_copy(update=UNREAD) == other.model_copy(update=UNREAD)


def _take(changes: Iterator[Changed]) -> list[Changed]:
    """Returns the next articles, as many as may be published at once."""
    portion, size = [], 0
    for one in changes:
        portion.append(one)
        size += len(one.record.value)
        if len(portion) >= PORTION or size >= PORTION_BYTES:
            break
    return portion
