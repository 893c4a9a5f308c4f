"""Writes batches of records, each in one transaction. Repeats and reordering do not change the graph."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from neo4j import AsyncDriver, AsyncManagedTransaction, AsyncTransaction

from streams.sink import cypher, reading
from streams.sink.aliases import write_aliases
from streams.sink.corrections import Batch, accept, uphold
from streams.sink.erasing.erasure import erase, mark_keys, until_erasures, without_stragglers
from streams.sink.evidence_rules import merge
from streams.sink.faults import GraphUnavailableError, translated
from streams.sink.judging.ballots import Ballots
from streams.sink.judging.contradictions import RelationTypes, resolve_contradictions
from streams.sink.known_facts import KnownFacts, StaleFactError
from streams.sink.reading import Look, fetch, look
from streams.sink.rows import AliasRow, CorrectionRow, DocumentRow, IdentityRow, Row, StoryRow, TripleRow
from streams.sink.stories import write_stories
from streams.sink.writing import Graph, write
from topology.topics import TRIPLES

Position = tuple[str, int, int]
"""Topic, partition and offset."""

NO_OFFSET = -1


@dataclass(frozen=True, slots=True)
class Written:
    """What a call of `GraphWriter.write` did: the rows applied, and how many records the graph had already."""

    applied: Sequence[Row]
    skipped: int


class GraphWriter:
    """Writes rows and, in the same transaction, the offset up to which each partition is applied.

    The offsets make repeats cheap: records up to them are skipped without a look. They are kept per topic id as well as
    topic name, so a topic that was deleted and created again starts from the beginning. Without the offsets the graph
    would still be right, because evidence is unique by id.
    """

    def __init__(
        self,
        driver: AsyncDriver,
        *,
        group: str,
        types: RelationTypes | None = None,
        topic_ids: Mapping[str, str] | None = None,
        database: str | None = None,
    ) -> None:
        """Opens nothing.

        Args:
            driver: The graph's driver.
            group: The consumer group that the offsets belong to.
            types: The ontology's relationship types; facts of other types are written too, more slowly.
            topic_ids: Kafka's id of each topic, by name.
            database: The database's name; None for the default one.
        """
        self._driver = driver
        self._group = group
        self._types = types or RelationTypes()
        self._topic_ids = dict(topic_ids or {})
        self._database = database
        self._offsets: dict[tuple[str, int], int] = {}
        self._facts = KnownFacts()
        self._ballots = Ballots()

    def behind(self, topic: str, partition: int, offset: int) -> bool:
        """Returns whether the graph is known to have this record. It may have it even if this returns False."""
        return offset <= self._offsets.get((topic, partition), NO_OFFSET)

    async def write(self, records: Sequence[tuple[Position, Row | None]]) -> Written:
        """Applies records. Once it returns, they are committed.

        Args:
            records: In order within each partition. The row may be None where `behind` returned True.

        Raises:
            GraphUnavailableError: Repeat the call.
            GraphAccessError: Neo4j refuses the login.
            PoisonError: Some row can never be written.
        """
        ahead = [(position, row) for position, row in records if not self.behind(*position)]
        if not ahead:
            return Written((), len(records))
        with translated():
            try:
                applied = await self._commit(ahead)
            except StaleFactError:
                # Another sink deleted a fact. Without what we knew, the batch looks for itself.
                self._facts.clear()
                try:
                    applied = await self._commit(ahead)
                except StaleFactError as error:
                    raise GraphUnavailableError(f"facts are being deleted: {error}") from error
        for (topic, partition, offset), _ in ahead:
            self._offsets[topic, partition] = max(offset, self._offsets.get((topic, partition), NO_OFFSET))
        return Written(applied, len(records) - len(applied))

    async def _commit(self, records: Sequence[tuple[Position, Row | None]]) -> Sequence[Row]:
        self._facts.roll_back()
        self._ballots.roll_back()
        async with (
            self._driver.session(database=self._database) as session,
            await session.begin_transaction() as transaction,
        ):
            applied = await self._apply(transaction, records)
            await transaction.commit()
        self._facts.commit()
        self._ballots.commit()
        return applied

    async def _apply(
        self, transaction: AsyncTransaction, records: Sequence[tuple[Position, Row | None]]
    ) -> Sequence[Row]:
        partitions = {(topic, partition) for (topic, partition, _), _ in records}
        if any(isinstance(row, CorrectionRow) for _, row in records):
            # Until we commit, no other sink writes what a correction is about without seeing it.
            begun = await fetch(transaction, cypher.READ_PARTITIONS, group=self._group)
            partitions |= {(topic, n) for topic, _ in partitions for n in range(TRIPLES.partitions)}
            partitions |= {(row["topic"], row["partition"]) for row in begun if row["topic"] in dict(partitions)}
        told = [row for _, row in records if row is not None]
        seen = await look(
            transaction,
            told,
            self._facts,
            group=self._group,
            offsets=[
                {"key": self._key(t, p), "topic": t, "topic_id": self._topic_ids.get(t, ""), "partition": p}
                for t, p in sorted(partitions)
            ],
            marks=mark_keys(told),
        )
        stored = seen.offsets
        done = dict(stored)
        rows: list[Row] = []
        for (topic, partition, offset), row in records:
            key = self._key(topic, partition)
            if offset > stored[key]:
                done[key] = max(offset, done[key])
                if row is not None:
                    rows.append(row)
        offsets = [{"key": key, "offset": offset} for key, offset in done.items() if offset != stored[key]]
        for number, part in enumerate(until_erasures(rows)):
            if number:
                seen = await look(transaction, part, self._facts, marks=mark_keys(part))
            kept = await without_stragglers(transaction, part, seen.marks)
            if kept:
                await self._write(transaction, kept, seen, offsets)
                offsets = []
            # An erasure is the last of its part, and is always kept.
            if isinstance(part[-1], DocumentRow) and part[-1].erase:
                await erase(transaction, part[-1], self._types)
                self._facts.clear()  # some may be gone
        if offsets:
            await fetch(transaction, cypher.SET_OFFSETS, rows=offsets)
        return rows

    async def _write(
        self, transaction: AsyncTransaction, rows: Sequence[Row], seen: Look, offsets: Sequence[Mapping[str, Any]]
    ) -> None:
        content = [row for row in rows if isinstance(row, TripleRow | DocumentRow)]
        decisions = {row.id: row for row in rows if isinstance(row, AliasRow)}
        identities = {row.id: row for row in rows if isinstance(row, IdentityRow)}
        stories = {row.id: row for row in rows if isinstance(row, StoryRow)}
        corrections = [row for row in rows if isinstance(row, CorrectionRow)]
        articles = await reading.articles(transaction, content, seen)
        changes = merge(content, articles, seen.evidence)
        for decision in decisions.values():
            # A registry that was restored splits what it may have merged. If it did not, the name needs no node.
            if decision.canonical:
                changes.add_entity(decision.alias)
                changes.add_entity(decision.canonical)
        for row in identities.values():
            # That a name has no item says nothing of a name that the graph does not have.
            if row.wikidata:
                changes.add_entity(row.entity)
        for told in stories.values():
            if told.story:
                changes.add_entity(told.happening)
        editing = await accept(transaction, corrections, changes)
        self._ballots.begin()
        graph = Graph(seen, articles, self._types, self._facts, self._ballots)
        touched = await write(transaction, changes, graph, offsets)
        touched.moved = await write_aliases(transaction, decisions)
        if identities:
            items = [{"id": id_, "wikidata": row.wikidata} for id_, row in sorted(identities.items())]
            await fetch(transaction, cypher.SET_WIKIDATA, rows=items)
        await write_stories(transaction, stories)
        batch = Batch(touched, changes.happenings())
        if seen.corrected or corrections:
            await uphold(transaction, editing, batch, self._types)
        if editing.unconfirmed:
            self._facts.clear()  # some may have had no other support
        await resolve_contradictions(transaction, touched, self._types, self._ballots)

    async def offsets(self, topic: str, partitions: Iterable[int]) -> dict[int, int]:
        """Reads the offsets that the graph has and remembers them, so that a restart skips what is done.

        Raises:
            GraphUnavailableError: Repeat the call.
        """
        keys = {self._key(topic, p): p for p in partitions}

        async def read(transaction: AsyncManagedTransaction) -> dict[int, int]:
            result = await transaction.run(cypher.READ_OFFSETS, keys=list(keys))
            return {keys[row["key"]]: int(row["offset"]) for row in await result.data()}

        with translated():
            async with self._driver.session(database=self._database) as session:
                found = await session.execute_read(read)
        self._offsets.update({(topic, p): offset for p, offset in found.items()})
        return found

    def _key(self, topic: str, partition: int) -> str:
        return f"{self._group}/{topic}/{self._topic_ids.get(topic, '')}/{partition}"
