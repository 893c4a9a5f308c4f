"""Progress of a feed into the graph, measured by what the consumer groups have acknowledged."""

import asyncio
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from streams.road.lags import Lags, Offsets
from streams.sources.producer import PublishReport
from topology.topics import (
    ENTITIES_GROUP,
    MEDIA_GROUP,
    MENTIONS,
    NEWS_GROUP,
    RAW_MEDIA,
    RAW_NEWS,
    SINK_GROUP,
    TRIPLES,
)

LOOK_EVERY = 0.25
LINE_EVERY = 5.0
STALLED_AFTER = 180.0


class StalledError(Exception):
    """There has been no progress for a long time."""


@dataclass(frozen=True, slots=True)
class FeedProgress:
    """The progress of a feed.

    Attributes:
        articles: Number of published records, each an article, its correction or its withdrawal.
        read: How many of them the news stage has finished.
        triples: Triples and decisions on names that the sink has written since the start.
        lag: Records that some stage still has to process.
        pictures: Media items of the articles that are known so far.
        seen: How many of them the media stage has finished.
    """

    articles: int
    read: int
    triples: int
    lag: int
    pictures: int = 0
    seen: int = 0

    @property
    def done(self) -> bool:
        """Whether everything is in the graph or in the dead letters."""
        return self.read == self.articles and self.lag == 0


class Tracker:
    """Follows articles that are published after it was opened.

    Args:
        bootstrap: Kafka's bootstrap servers.
        media: Whether a media worker runs; then its work and the articles that it derives are included.
    """

    def __init__(self, bootstrap: str, *, media: bool = False) -> None:
        self._lags = Lags(bootstrap)
        self._media = media
        self._written: Offsets = {}
        self._named: Offsets = {}

    async def __aenter__(self) -> Self:
        await self._lags.__aenter__()
        self._written = await self._lags.ends(TRIPLES.name)
        self._named = await self._lags.ends(RAW_MEDIA.name) if self._media else {}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._lags.__aexit__(kind, error, trace)

    async def look(self, published: PublishReport) -> FeedProgress:
        """Returns the progress of the published articles.

        The order of the requests matters. Once a stage has acknowledged a record, its results are on the next topic, so
        the end of each topic is requested after the offsets of the stage before it. News and media produce records for
        each other, in a circle: nothing is in progress there if nothing was left at first and nothing was added since.
        """
        circle = await self._circle()
        news = await self._lags.committed(NEWS_GROUP, RAW_NEWS.name)
        media = await self._lags.committed(MEDIA_GROUP, RAW_MEDIA.name) if self._media else {}
        named = await self._lags.ends(MENTIONS.name)
        registry = await self._lags.committed(ENTITIES_GROUP, MENTIONS.name)
        ends = await self._lags.ends(TRIPLES.name)
        sink = await self._lags.committed(SINK_GROUP, TRIPLES.name)
        to_read = sum(max(0, last + 1 - news[p]) for p, (_, last) in published.offsets.items())
        to_write = sum(max(0, end - sink[p]) for p, end in ends.items())
        to_see = sum(
            max(0, end - done[p])
            for reached, done in zip(circle, (news, media), strict=True)
            for p, end in reached.items()
        )
        to_see += circle != await self._circle()
        to_name = sum(max(0, end - registry[p]) for p, end in named.items())
        read = max(0, published.sent - to_read)
        records = sum(max(0, sink[p] - start) for p, start in self._written.items())
        # Each finished article has one Document record; the others are triples and decisions on names.
        return FeedProgress(
            published.sent,
            read,
            max(0, records - read),
            max(to_read, to_see) + to_name + to_write,
            sum(circle[1][p] - start for p, start in self._named.items()),
            sum(max(0, media[p] - start) for p, start in self._named.items()),
        )

    async def _circle(self) -> tuple[Offsets, Offsets]:
        """Returns the ends of the topics that news and media read; empty without a media worker."""
        if not self._media:
            return {}, {}
        return await self._lags.ends(RAW_NEWS.name), await self._lags.ends(RAW_MEDIA.name)


async def follow(
    tracker: Tracker, published: PublishReport, console: Console, stalled_after: float = STALLED_AFTER
) -> float:
    """Shows the progress until everything is in the graph or the dead letters; returns the seconds that took.

    Shows a bar on a terminal, and a line every few seconds elsewhere.

    Raises:
        StalledError: There was no progress for `stalled_after` seconds.
    """
    start = time.monotonic()
    moved, printed, before = start, start, FeedProgress(0, 0, 0, -1)
    bar = Progress(
        SpinnerColumn(),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f} records read"),
        TextColumn("{task.fields[rates]}"),
        console=console,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("reading", total=published.sent, rates="")
        while True:
            now = await tracker.look(published)
            elapsed = time.monotonic() - start
            pictures = f"{now.seen}/{now.pictures} pictures · " if now.pictures else ""
            rates = (
                f"{pictures}{now.read / elapsed:.0f} records/s · {now.triples / elapsed:.0f} triples and names/s · "
                f"lag {now.lag} (what some worker has still to finish)"
            )
            bar.update(task, completed=now.read, rates=rates)
            if now != before:
                moved, before = time.monotonic(), now
            if not console.is_terminal and (now.done or time.monotonic() - printed > LINE_EVERY):
                printed = time.monotonic()
                console.print(f"{now.read}/{now.articles} records read · {rates}", highlight=False, soft_wrap=True)
            if now.done:
                return elapsed
            if time.monotonic() - moved > stalled_after:
                raise StalledError(
                    f"no progress for {stalled_after:.0f} s at {now.read} of {now.articles} records, "
                    f"lag {now.lag}; see `triplewire status`"
                )
            await asyncio.sleep(LOOK_EVERY)
