"""Refreshes vectors and suggestions of the entities whose neighbourhood in the graph changed."""

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
from streams.suggestions.candidates import CandidateFinder
from streams.suggestions.changed import Change
from streams.suggestions.lifecycle import WantedSuggestion, to_explain, with_reasons
from streams.suggestions.reading import Found, GraphReader
from streams.suggestions.writing import BatchStart, Outcome, write
from topology.ontology import Ontology
from topology.settings import Settings

log = structlog.get_logger(__name__)

T = TypeVar("T")

BATCH = 256
"""Entities that are refreshed, and written, together."""

ALGORITHM = 2
"""Version of how suggestions are made and published. It is part of the digest, so after a new version every entity is
refreshed when it is next in the news."""

TRANSIENT = (GraphUnavailableError, InferenceUnavailable, OSError)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits to what is suggested.

    Attributes:
        least: Least probability of a suggestion.
        kept: Most suggestions of one entity.
        candidates: Most entities that one entity is compared with.
    """

    least: float
    kept: int
    candidates: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Returns the limits of the settings."""
        return cls(settings.suggestions_least, settings.suggestions_kept, settings.suggestions_candidates)


class Refresher:
    """Keeps vectors and suggestions up to date. They depend only on the graph, so a repeat changes nothing."""

    def __init__(
        self, driver: AsyncDriver, database: str, suggester: Suggester, ontology: Ontology, limits: Limits
    ) -> None:
        """Opens nothing; closing driver and suggester is the caller's business."""
        self._driver, self._database, self._suggester = driver, database, suggester
        self._ontology, self._limits = ontology, limits
        self.reader = GraphReader(driver, database, ontology)
        self._candidates = CandidateFinder(self.reader, ontology, limits.candidates)

    async def refresh(self, change: Change, start: BatchStart) -> None:
        """Refreshes all entities that a change affects. Transient errors are retried for as long as they last.

        Args:
            change: What the records of a batch may have changed.
            start: The batch's first record.
        """
        affected = await forever(lambda: self.reader.affected(change), step="suggest", on=TRANSIENT)
        facts: dict[str, set[str]] = {}
        for ids in _batches(sorted(affected.canonical)):
            facts |= await self._refresh(ids, (), start)
        for ids in _batches(sorted(affected.aliases)):
            await self._refresh(ids, (), start, aliases=True)
        dependents = await forever(
            lambda: self.reader.dependents(facts, affected.aliases), step="suggest", on=TRANSIENT
        )
        for ids in _batches(sorted(dependents)):
            await self._refresh(ids, ids, start)

    async def force(self, ids: Sequence[str], start: BatchStart, *, links: bool) -> None:
        """Refreshes entities even if their neighbourhood is unchanged.

        Args:
            ids: Entities, none of them an alias.
            start: The record to write to the outbox as the batch's first one.
            links: Whether to make suggestions too; otherwise only vectors are made, and suggestions stay as they are.
        """
        for batch in _batches(ids):
            await self._refresh(batch, batch, start, links=links)

    async def _refresh(
        self,
        ids: Sequence[str],
        forced: Collection[str],
        start: BatchStart,
        *,
        aliases: bool = False,
        links: bool = True,
    ) -> dict[str, set[str]]:
        """Refreshes entities, again and again until nobody else has written them meanwhile.

        Args:
            ids: The entities.
            forced: Those to refresh even if their neighbourhood is unchanged.
            start: The batch's first record.
            aliases: Whether all of them are aliases.
            links: Whether to make suggestions too.

        Returns:
            The ids of the facts that hold, by entity id.
        """
        remaining: Collection[str] = ids
        facts: dict[str, set[str]] = {}

        async def attempt() -> None:
            nonlocal remaining
            while remaining:
                found = await self.reader.found(remaining)
                for one in found:
                    facts[one.around.entity.id] = {fact for link in one.around.links for fact in link.facts}
                remaining = await self._refresh_once(found, forced, start, aliases=aliases, links=links)

        await forever(attempt, step="suggest", on=TRANSIENT)
        return facts

    async def _refresh_once(
        self, found: Sequence[Found], forced: Collection[str], start: BatchStart, *, aliases: bool, links: bool
    ) -> set[str]:
        """Refreshes entities; returns the ids of those that somebody else has written meanwhile."""
        version = await self._suggester.version()
        limits = self._limits
        also = ALGORITHM, version, limits.least, limits.kept, limits.candidates, self._ontology.digest
        if aliases:
            outcomes = [Outcome(one, "", None) for one in found if one.digest is not None]
        else:
            digests = {
                one.around.entity.id: one.around.digest(*also, *one.story_digest, *sorted(one.forbidden))
                for one in found
            }
            stale = [
                one
                for one in found
                if one.around.entity.id in forced or one.digest != digests[one.around.entity.id] or one.lost_articles
            ]
            outcomes = await self._judged(stale, digests, version, links=links)
            await self._count(one for one in found if one not in stale)
        if not outcomes:
            return set()
        return await write(self._driver, self._database, outcomes, start, (LINK_MODEL, version), links=links)

    async def _count(self, found: Iterable[Found]) -> None:
        """Writes the number of articles that name entities whose neighbourhood is unchanged, where it changed."""
        rows = [
            {"id": one.around.entity.id, "articles": one.around.entity.articles, "at": one.around.entity.at}
            for one in found
            if one.around.entity.articles not in {0, one.counted}
        ]
        if rows:
            with translated():
                await self._driver.execute_query(cypher.SET_ARTICLE_COUNTS, rows=rows, database_=self._database)

    async def _judged(
        self, stale: Sequence[Found], digests: dict[str, str], version: str, *, links: bool
    ) -> list[Outcome]:
        """Returns what to write of entities, by the models; entities that a model refuses are logged and left out."""
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
    ) -> list[Sequence[WantedSuggestion]]:
        """Returns the suggestions to make for each of some entities."""
        # Without facts about an entity there can be no reason for a suggestion.
        linked = [(one.around, vectors) for one, vectors in zip(stale, described, strict=True) if one.around.links]
        if not linked or not self._limits.kept:
            return [()] * len(stale)
        contexts = {around.entity.id: vectors.context for around, vectors in linked}
        stories = {one.around.entity.id: one.stories for one in stale}
        questions = await self._candidates.of([around for around, _ in linked], contexts, stories)
        newest = await self.reader.newest_article()
        answers = await self._suggester.suggest(questions, newest=newest, least=self._limits.least)
        ontology, most = self._ontology, self._limits.kept
        forbidden = {one.around.entity.id: one.forbidden for one in stale}
        some = [
            to_explain(around, prospects, answer, ontology, most=most, forbidden=forbidden[around.entity.id])
            for (around, prospects), answer in zip(questions, answers, strict=True)
        ]
        reasons = await self._suggester.reasons(questions, some, newest=newest)
        found: dict[str, Sequence[WantedSuggestion]] = {
            around.entity.id: with_reasons(
                around, prospects, zip(given, why, strict=True), ontology, version=version, most=most
            )
            for (around, prospects), given, why in zip(questions, some, reasons, strict=True)
        }
        return [found.get(one.around.entity.id, ()) for one in stale]


def _batches(ids: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
