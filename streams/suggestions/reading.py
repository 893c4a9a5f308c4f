"""What the graph says around entities, as plain data."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from neo4j import READ_ACCESS, AsyncDriver, AsyncManagedTransaction

from inference.link_prediction.surroundings import GraphEntity, Link, Surroundings
from inference.triton.connection import together
from streams.sink.cypher import READ_ENDS, find_facts
from streams.sink.faults import translated
from streams.suggestions import cypher, roles
from streams.suggestions.changed import Change
from topology.graph.names import ATTRIBUTES, fact_types
from topology.ontology import Ontology

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Found:
    """An entity as it was read.

    Attributes:
        around: What the graph says of it.
        digest: Of its surroundings when it was last looked at; None if it never was.
        described: What its own vector in the graph stands for; None if there is none.
        counted: How many articles named it when they were last counted; None if they never were.
    """

    around: Surroundings
    digest: str | None
    described: str | None
    counted: int | None = None

    @property
    def fewer(self) -> bool:
        """Whether an article that was counted no longer names it: what is suggested may have rested on that one."""
        return self.counted is not None and self.around.entity.articles < self.counted


Other = tuple[str, str]
"""Another entity's id and type."""


class Steps(NamedTuple):
    """Where facts about an entity lead: how many hold, and by which of the newest one gets to whom."""

    facts: int
    others: dict[Other, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Touched:
    """Whom some records may have changed: those who stand for themselves, and aliases."""

    canonical: frozenset[str]
    aliases: frozenset[str]


class GraphReader:
    """Reads and never writes."""

    def __init__(self, driver: AsyncDriver, database: str, ontology: Ontology) -> None:
        """Asks nothing yet; the driver stays the caller's."""
        self._driver, self._database = driver, database
        relations = fact_types(ontology)
        self._types = sorted(set(relations.values()) - set(ATTRIBUTES.values()))
        self._links, self._steps = cypher.read_links(self._types), cypher.read_steps(self._types)
        functional = sorted({relations[spec.id] for spec in ontology.relations if spec.functional})
        self._fellows = cypher.read_fellows(functional) if functional else ""
        self._all_types = sorted(set(relations.values()))

    async def rows(self, query: str, **parameters: Any) -> Rows:
        """Returns what a statement finds.

        Raises:
            GraphUnavailableError: Passing trouble; see `streams.sink.faults`.
        """

        async def read(transaction: AsyncManagedTransaction) -> Rows:
            return await (await transaction.run(query, parameters)).data()

        with translated():
            async with self._driver.session(database=self._database, default_access_mode=READ_ACCESS) as session:
                return await session.execute_read(read)

    async def touched(self, change: Change) -> Touched:
        """Returns whom some records may have changed: a superset, and the same whenever they are read again."""
        ids = set(change.entities)
        if change.documents:
            ids |= await self._told(sorted(change.documents))
        if change.aliases:
            stood_for = await self.rows(cypher.READ_STOOD_FOR, ids=sorted(change.aliases))
            ids |= {row["id"] for row in stood_for}
        found = await self._resolved(ids)
        if self._fellows:
            fellows = await self.rows(self._fellows, ids=sorted(found.canonical))
            more = await self._resolved(row["id"] for row in fellows)
            return Touched(found.canonical | more.canonical, found.aliases | more.aliases)
        return found

    async def _told(self, documents: Sequence[str]) -> set[str]:
        facts: dict[str, list[str]] = defaultdict(list)
        for row in await self.rows(cypher.READ_TOLD, ids=documents):
            facts[row["relation"]].append(row["fact"])
        ids = [sorted(facts.get(type_, ())) for type_ in self._all_types]
        named = {row["id"] for row in await self.rows(cypher.READ_MENTIONED, ids=documents)}
        if not any(ids):
            return named
        elements = [row["element"] for row in await self.rows(find_facts(self._all_types), ids=ids)]
        ends = await self.rows(READ_ENDS, elements=elements)
        return named | {row[side] for row in ends for side in ("subject", "object")}

    async def _resolved(self, ids: Iterable[str]) -> Touched:
        rows = await self.rows(cypher.READ_CANONICAL, ids=sorted(ids))
        aliases = frozenset(row["id"] for row in rows if row["canonical"])
        return Touched(frozenset(row["canonical"] or row["id"] for row in rows) - aliases, aliases)

    async def found(self, ids: Collection[str]) -> list[Found]:
        """Returns entities that stand for themselves, by id."""
        links: dict[str, list[Link]] = defaultdict(list)
        asked = (self.rows(query, ids=sorted(ids)) for query in (self._links, cypher.READ_KNOWN))
        reported, named = await together(asked)
        for row in reported:
            other = GraphEntity(row["other"], row["name"], row["type"])
            facts = tuple(sorted(row["facts"]))
            links[row["id"]].append(Link(other, row["relation"], row["outgoing"], facts, row["since"], row["at"]))
        entities = []
        for row in sorted(named, key=lambda row: str(row["id"])):
            own = tuple(sorted(links[row["id"]], key=lambda link: (link.other.id, link.relation, link.outgoing)))
            known = GraphEntity(row["id"], row["name"], row["type"], roles.counted(own), row["articles"], row["at"])
            kept = row["neighbourhood"], row["described"], row["counted"]
            entities.append(Found(Surroundings(known, own), *kept))
        return entities

    async def resting(self, holding: Mapping[str, Collection[str]], aliases: Collection[str]) -> set[str]:
        """Returns of whom something is suggested that leads to an alias, or to others by facts not theirs any more.

        Args:
            holding: The facts that hold about entities, by their ids.
            aliases: Who stands for another now.
        """
        found = set()
        for row in await self.rows(cypher.READ_RESTING, ids=sorted({*holding, *aliases})):
            if row["id"] in aliases or not set(row["through"]) <= set(holding[row["id"]]):
                found.add(row["asked"])
        return found

    async def newest(self) -> int:
        """Returns when the graph's newest article was published, milliseconds since 1970; 0 without any."""
        rows = await self.rows(cypher.READ_NEWEST)
        return int(rows[0]["at"]) if rows else 0

    async def profiles(self, ids: Collection[str]) -> dict[str, GraphEntity]:
        """Returns entities as they were last looked at, by id."""
        rows = await self.rows(cypher.READ_PROFILES, ids=sorted(ids))
        return {
            row["id"]: GraphEntity(
                row["id"], row["name"], row["type"], roles.read(row["roles"]), row["articles"], row["at"]
            )
            for row in rows
        }

    async def steps(self, ids: Collection[str], most: int) -> dict[str, Steps]:
        """Returns, by id, how many facts hold about entities, and whom their newest lead to."""
        found: dict[str, Steps] = {}
        for row in await self.rows(self._steps, ids=sorted(ids), most=most):
            steps = found.setdefault(row["id"], Steps(row["facts"], {}))
            steps.others[row["other"], row["type"]] = tuple(sorted(row["through"]))
        return found

    async def named_together(self, ids: Collection[str], most: int) -> dict[str, dict[Other, tuple[int, int]]]:
        """Returns, by id, whom the newest articles that name an entity name too: in how many, and when last."""
        found: dict[str, dict[Other, tuple[int, int]]] = defaultdict(dict)
        for row in await self.rows(cypher.READ_TOGETHER, ids=sorted(ids), most=most):
            found[row["id"]][row["other"], row["type"]] = row["articles"], row["at"]
        return found

    async def nearest(self, vectors: Mapping[str, list[float]], most: int) -> dict[str, list[Other]]:
        """Returns, by id, the entities with the nearest context vectors, nearest first."""
        rows = [{"id": id_, "vector": vector} for id_, vector in sorted(vectors.items())]
        found: dict[str, list[Other]] = defaultdict(list)
        for row in await self.rows(cypher.READ_NEAREST, rows=rows, most=most) if rows else ():
            if row["other"] != row["id"]:
                found[row["id"]].append((row["other"], row["type"]))
        return found
