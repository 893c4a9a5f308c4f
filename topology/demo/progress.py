"""How far a feed has come on its way into the graph, told by what the consumer groups have acknowledged."""

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
    """Nothing has moved for a long time."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far it is.

    Attributes:
        articles: Articles published.
        read: Of these, the ones that the news stage has done with.
        triples: Triples, and decisions on names, that the sink has written since the start.
        lag: Records on the topics that somebody has still to do.
        pictures: Pictures, videos and sounds that the articles name, as far as they are known yet.
        seen: Of these, the ones that the media stage has done with.
    """

    articles: int
    read: int
    triples: int
    lag: int
    pictures: int = 0
    seen: int = 0

    @property
    def done(self) -> bool:
        """Whether all is in the graph or in dead letters."""
        return self.read == self.articles and self.lag == 0


class Tracker:
    """Follows what is published after it was opened.

    Args:
        bootstrap: Kafka's bootstrap servers.
        media: Whether a media worker runs: then what it has still to do counts, and the articles that it makes.
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

    async def look(self, published: PublishReport) -> Standing:
        """Returns how far the published articles are.

        The order of the questions matters: once a stage has acknowledged a record what came of it is on the next
        topic, so the end of each topic is asked for after how far the stage before it is. What news and media make of
        each other's records goes in a circle: there nothing is on its way if nothing was left to do at first and
        nothing has come since.
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
        # Each article that was read gives one Document record; the rest are triples, and decisions on names.
        return Standing(
            published.sent,
            read,
            max(0, records - read),
            max(to_read, to_see) + to_name + to_write,
            sum(circle[1][p] - start for p, start in self._named.items()),
            sum(max(0, media[p] - start) for p, start in self._named.items()),
        )

    async def _circle(self) -> tuple[Offsets, Offsets]:
        """Returns the ends of the topics that news and media read; none without a media worker."""
        if not self._media:
            return {}, {}
        return await self._lags.ends(RAW_NEWS.name), await self._lags.ends(RAW_MEDIA.name)


async def follow(
    tracker: Tracker, published: PublishReport, console: Console, stalled_after: float = STALLED_AFTER
) -> float:
    """Shows the progress until all is in the graph or in dead letters, and returns the seconds it took.

    On a terminal it is a bar; elsewhere, a line now and then.

    Raises:
        StalledError: Nothing moved for `stalled_after` seconds.
    """
    start = time.monotonic()
    moved, told, before = start, start, Standing(0, 0, 0, -1)
    bar = Progress(
        SpinnerColumn(),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f} articles"),
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
                f"{pictures}{now.read / elapsed:.0f} articles/s · {now.triples / elapsed:.0f} triples and names/s · "
                f"lag {now.lag}"
            )
            bar.update(task, completed=now.read, rates=rates)
            if now != before:
                moved, before = time.monotonic(), now
            if not console.is_terminal and (now.done or time.monotonic() - told > LINE_EVERY):
                told = time.monotonic()
                console.print(f"{now.read}/{now.articles} articles read · {rates}", highlight=False, soft_wrap=True)
            if now.done:
                return elapsed
            if time.monotonic() - moved > stalled_after:
                raise StalledError(
                    f"nothing has moved for {stalled_after:.0f} s at {now.read} of {now.articles} articles, "
                    f"lag {now.lag}: look at `triplewire status`"
                )
            await asyncio.sleep(LOOK_EVERY)
