"""Looking anew at the entities around which the graph has changed."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

import structlog
from neo4j import AsyncDriver

from inference.link_prediction.client import LINK_MODEL
from inference.link_prediction.suggester import Described, Suggester
from inference.triton.connection import InferenceRejected, InferenceUnavailable
from streams.road.halving import by_halves
from streams.road.retry import forever
from streams.sink.faults import GraphUnavailableError, translated
from streams.suggestions import cypher
from streams.suggestions.changed import Change
from streams.suggestions.prospects import Prospects
from streams.suggestions.reading import Found, GraphReader
from streams.suggestions.standing import Open, likely, wanted
from streams.suggestions.writing import Origin, Outcome, write
from topology.ontology import Ontology
from topology.settings import Settings

log = structlog.get_logger(__name__)

T = TypeVar("T")

AT_ONCE = 256
"""Entities that are looked at, and written, together."""

WAY = 2
"""How suggestions are worked out and told; after another way each entity is looked at anew when it is next named."""

PASSING = (GraphUnavailableError, InferenceUnavailable, OSError)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is suggested.

    Attributes:
        least: Least probability.
        kept: Suggestions of one entity at most.
        candidates: Whom one entity is compared with at most.
    """

    least: float
    kept: int
    candidates: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Returns what the settings say."""
        return cls(settings.suggestions_least, settings.suggestions_kept, settings.suggestions_candidates)


class Refresher:
    """Brings vectors and suggestions up to date. Repeats change nothing: what surrounds an entity decides."""

    def __init__(
        self, driver: AsyncDriver, database: str, suggester: Suggester, ontology: Ontology, limits: Limits
    ) -> None:
        """Asks nothing yet; driver and suggester stay the caller's."""
        self._driver, self._database, self._suggester = driver, database, suggester
        self._ontology, self._limits = ontology, limits
        self.reader = GraphReader(driver, database, ontology)
        self._prospects = Prospects(self.reader, ontology, limits.candidates)

    async def changed(self, change: Change, origin: Origin) -> None:
        """Looks anew at all whose surroundings a change touched. Passing trouble is retried, for ever.

        Args:
            change: What the records say something about.
            origin: The first of them.
        """
        touched = await forever(lambda: self.reader.touched(change), step="suggest", on=PASSING)
        holding: dict[str, set[str]] = {}
        for ids in _parts(sorted(touched.canonical)):
            holding |= await self._look(ids, (), origin)
        for ids in _parts(sorted(touched.aliases)):
            await self._look(ids, (), origin, aliases=True)
        resting = await forever(lambda: self.reader.resting(holding, touched.aliases), step="suggest", on=PASSING)
        for ids in _parts(sorted(resting)):
            await self._look(ids, ids, origin)

    async def all(self, ids: Sequence[str], origin: Origin, *, links: bool) -> None:
        """Looks anew at these, whether or not their surroundings are as they were.

        Args:
            ids: Who stands for itself.
            origin: What to write down as the reason.
            links: Whether to suggest, or to make vectors only and leave what is suggested as it is.
        """
        for part in _parts(ids):
            await self._look(part, part, origin, links=links)

    async def _look(
        self, ids: Sequence[str], forced: Collection[str], origin: Origin, *, aliases: bool = False, links: bool = True
    ) -> dict[str, set[str]]:
        """Looks at some until nobody else has written of them meanwhile; returns the facts that hold, by entity."""
        remaining: Collection[str] = ids
        holding: dict[str, set[str]] = {}

        async def attempt() -> None:
            nonlocal remaining
            while remaining:
                found = await self.reader.found(remaining)
                for one in found:
                    holding[one.around.entity.id] = {fact for link in one.around.links for fact in link.facts}
                remaining = await self._once(found, forced, origin, aliases=aliases, links=links)

        await forever(attempt, step="suggest", on=PASSING)
        return holding

    async def _once(
        self, found: Sequence[Found], forced: Collection[str], origin: Origin, *, aliases: bool, links: bool
    ) -> set[str]:
        version = await self._suggester.version()
        limits = self._limits
        what_counts = WAY, version, limits.least, limits.kept, limits.candidates, self._ontology.digest
        if aliases:
            outcomes = [Outcome(one, "", None) for one in found if one.digest is not None]
        else:
            digests = {one.around.entity.id: one.around.digest(*what_counts) for one in found}
            stale = [
                one
                for one in found
                if one.around.entity.id in forced or one.digest != digests[one.around.entity.id] or one.fewer
            ]
            outcomes = await self._judged(stale, digests, version, links=links)
            await self._count(one for one in found if one not in stale)
        if not outcomes:
            return set()
        return await write(self._driver, self._database, outcomes, origin, (LINK_MODEL, version), links=links)

    async def _count(self, found: Iterable[Found]) -> None:
        """Writes down in how many articles those are named whose surroundings are as they were."""
        rows = [
            {"id": one.around.entity.id, "articles": one.around.entity.articles, "at": one.around.entity.at}
            for one in found
            if one.around.entity.articles not in {0, one.counted}
        ]
        if rows:
            with translated():
                await self._driver.execute_query(cypher.COUNT_ARTICLES, rows=rows, database_=self._database)

    async def _judged(
        self, stale: Sequence[Found], digests: dict[str, str], version: str, *, links: bool
    ) -> list[Outcome]:
        """Returns what the models make of entities; of many, those that a model refuses are left out."""
        if not stale:
            return []

        async def judge(some: Sequence[Found]) -> list[Outcome]:
            described = await self._suggester.describe([one.around for one in some])
            suggested = await self._suggested(some, described, version) if links else [()] * len(some)
            return [
                Outcome(one, digests[one.around.entity.id], vectors, opened)
                for one, vectors, opened in zip(some, described, suggested, strict=True)
            ]

        def rejected(one: Found, error: InferenceRejected) -> tuple[Outcome, ...]:
            log.error("suggestions.refused", entity=one.around.entity.id, exc_info=error)
            return ()

        return await by_halves(stale, judge, on=InferenceRejected, rejected=rejected)

    async def _suggested(
        self, stale: Sequence[Found], described: Sequence[Described], version: str
    ) -> list[Sequence[Open]]:
        # Of whom the graph says nothing, nothing speaks for a suggestion.
        linked = [(one.around, vectors) for one, vectors in zip(stale, described, strict=True) if one.around.links]
        if not linked or not self._limits.kept:
            return [()] * len(stale)
        contexts = {around.entity.id: vectors.context for around, vectors in linked}
        questions = await self._prospects.of([around for around, _ in linked], contexts)
        newest = await self.reader.newest()
        answers = await self._suggester.suggest(questions, newest=newest, least=self._limits.least)
        ontology, most = self._ontology, self._limits.kept
        some = [
            likely(around, prospects, answer, ontology, most=most)
            for (around, prospects), answer in zip(questions, answers, strict=True)
        ]
        reasons = await self._suggester.reasons(questions, some, newest=newest)
        found: dict[str, Sequence[Open]] = {
            around.entity.id: wanted(
                around, prospects, zip(given, why, strict=True), ontology, version=version, most=most
            )
            for (around, prospects), given, why in zip(questions, some, reasons, strict=True)
        }
        return [found.get(one.around.entity.id, ()) for one in stale]


def _parts(ids: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
