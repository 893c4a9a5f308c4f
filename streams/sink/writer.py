"""The graph writer: a batch of records becomes one transaction, however often and in whatever order it comes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from neo4j import AsyncDriver, AsyncManagedTransaction, AsyncTransaction

from streams.sink import cypher, reading
from streams.sink.aliases import decide
from streams.sink.faults import translated
from streams.sink.fusing import Relations, fuse
from streams.sink.merge import merge
from streams.sink.reading import fetch
from streams.sink.rows import Claim, Decision, ItemRow, Page, Row
from streams.sink.writing import write

Position = tuple[str, int, int]
"""Topic, partition and offset."""

NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Written:
    """What a call of `GraphWriter.write` did: the rows applied, and how many the graph had been past."""

    applied: Sequence[Row]
    skipped: int


class GraphWriter:
    """Writes rows and, in the same transaction, how far each partition was read.

    The offset is the fast path: what lies behind it is not even looked at. It is keyed by the topic's id besides its
    name, so a topic that was deleted and created again starts from the beginning. Were the offsets lost, evidence is
    still unique by id and the graph would stay as it is.
    """

    def __init__(
        self,
        driver: AsyncDriver,
        *,
        group: str,
        relations: Relations | None = None,
        topic_ids: Mapping[str, str] | None = None,
        database: str | None = None,
    ) -> None:
        """Prepares a writer; nothing is opened.

        Args:
            driver: The graph's.
            group: The consumer group whose offsets these are.
            relations: What the ontology says of relations; others are written too, more slowly.
            topic_ids: Kafka's id of each topic, by name.
            database: The database's name; None for the default one.
        """
        self._driver = driver
        self._group = group
        self._relations = relations or Relations()
        self._topic_ids = dict(topic_ids or {})
        self._database = database
        self._offsets: dict[tuple[str, int], int] = {}

    def behind(self, topic: str, partition: int, offset: int) -> bool:
        """Returns whether the graph is known to have this record. Never wrong when true; may be false too often."""
        return offset <= self._offsets.get((topic, partition), NOWHERE)

    async def write(self, records: Sequence[tuple[Position, Row | None]]) -> Written:
        """Applies records; returning means committed.

        Args:
            records: In order within each partition. A row that `behind` was true for may be None.

        Raises:
            GraphUnavailableError: Time will heal it: repeat the call.
            PoisonError: Some row can never be written.
        """
        ahead = [(position, row) for position, row in records if not self.behind(*position)]
        if not ahead:
            return Written((), len(records))
        with translated():
            async with (
                self._driver.session(database=self._database) as session,
                await session.begin_transaction() as tx,
            ):
                applied = await self._apply(tx, ahead)
                await tx.commit()
        for (topic, partition, offset), _ in ahead:
            self._offsets[topic, partition] = max(offset, self._offsets.get((topic, partition), NOWHERE))
        return Written(applied, len(records) - len(applied))

    async def _apply(
        self, transaction: AsyncTransaction, records: Sequence[tuple[Position, Row | None]]
    ) -> Sequence[Row]:
        partitions = sorted({(topic, partition) for (topic, partition, _), _ in records})
        locked = await fetch(
            transaction,
            cypher.LOCK_OFFSETS,
            group=self._group,
            rows=[
                {"key": self._key(t, p), "topic": t, "topic_id": self._topic_ids.get(t, ""), "partition": p}
                for t, p in partitions
            ],
        )
        stored = {row["key"]: int(row["offset"]) for row in locked}
        done = dict(stored)
        rows: list[Row] = []
        for (topic, partition, offset), row in records:
            key = self._key(topic, partition)
            if offset > stored[key]:
                done[key] = max(offset, done[key])
                if row is not None:
                    rows.append(row)
        if rows:
            await self._write(transaction, rows)
        await fetch(
            transaction, cypher.SET_OFFSETS, rows=[{"key": key, "offset": offset} for key, offset in done.items()]
        )
        return rows

    async def _write(self, transaction: AsyncTransaction, rows: Sequence[Row]) -> None:
        told = [row for row in rows if isinstance(row, Claim | Page)]
        decisions = {row.id: row for row in rows if isinstance(row, Decision)}
        items = {row.id: row for row in rows if isinstance(row, ItemRow)}
        articles = await reading.articles(transaction, told)
        changes = merge(told, articles, await reading.known(transaction, told))
        for decision in decisions.values():
            for entity in (decision.alias, decision.canonical):
                if entity:
                    changes.name(entity)
        for row in items.values():
            changes.name(row.entity)
        touched = await write(transaction, changes, articles, self._relations)
        touched.moved = await decide(transaction, decisions)
        if items:
            known = [{"id": id_, "wikidata": row.wikidata} for id_, row in sorted(items.items())]
            await fetch(transaction, cypher.SET_ITEMS, rows=known)
        await fuse(transaction, touched, self._relations)

    async def offsets(self, topic: str, partitions: Iterable[int]) -> dict[int, int]:
        """Reads the offsets the graph has, and remembers them, so that a restart skips at once what is done.

        Raises:
            GraphUnavailableError: Time will heal it: repeat the call.
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
