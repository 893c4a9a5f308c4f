"""Reads entities, their facts and their neighbourhoods from the graph, as plain data."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from neo4j import READ_ACCESS, AsyncDriver, AsyncManagedTransaction

from inference.link_prediction.surroundings import GraphEntity, Link, Surroundings
from inference.triton.connection import together
from streams.sink.cypher import find_facts
from streams.sink.faults import translated
from streams.sink.judging.statements import READ_ENDS
from streams.sink.reading import rows_of
from streams.suggestions import cypher, roles, story_cypher
from streams.suggestions.changed import Change
from topology.graph.names import ATTRIBUTES, fact_types
from topology.ontology import Ontology

Rows = list[dict[str, Any]]

MOST_STORIES = 4
"""Stories of an entity that are read, the newest."""

MOST_REPORTS = 100
"""Reports of happenings in which an entity takes part whose stories are looked up, the newest."""


Parts = tuple[str, str, str]
"""Subject, relation and object of a fact, by id."""


@dataclass(frozen=True, slots=True)
class Found:
    """An entity as the graph has it.

    Attributes:
        around: The entity and the facts about it that hold.
        digest: Hash of its neighbourhood at its last refresh; None if it was never refreshed.
        described: The text that its own vector in the graph stands for; None if it has none.
        counted: How many articles named it at its last refresh; None if it was never refreshed.
        stories: Ids of its stories, the newest first, at most `MOST_STORIES`.
        forbidden: Subject, relation and object of the facts about it that editors forbid.
    """

    around: Surroundings
    digest: str | None
    described: str | None
    counted: int | None = None
    stories: tuple[str, ...] = ()
    forbidden: frozenset[Parts] = frozenset()

    @property
    def story_digest(self) -> tuple[str, ...]:
        """What of its stories changes its suggestions; nothing of an entity without stories.

        Every day brings another story about a country. So one that has `MOST_STORIES` is not refreshed for a new one,
        but only together with its facts.
        """
        return ("stories",) if len(self.stories) == MOST_STORIES else tuple(sorted(self.stories))

    @property
    def lost_articles(self) -> bool:
        """Whether fewer articles name it than at its last refresh; a suggestion may depend on one that is gone."""
        return self.counted is not None and self.around.entity.articles < self.counted


Other = tuple[str, str]
"""Another entity's id and type."""


class StoryEntities(NamedTuple):
    """A story's title, and the entities that take part in it, those of the newest reports first."""

    title: str
    others: tuple[Other, ...]


class Steps(NamedTuple):
    """How many facts about an entity hold, and to which other entities the newest lead, by which of the facts."""

    facts: int
    others: dict[Other, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Affected:
    """The entities that some records may have changed, aliases apart from those that stand for themselves."""

    canonical: frozenset[str]
    aliases: frozenset[str]


class GraphReader:
    """Reads and never writes."""

    def __init__(self, driver: AsyncDriver, database: str, ontology: Ontology) -> None:
        """Opens nothing; closing the driver is the caller's business."""
        self._driver, self._database = driver, database
        relations = fact_types(ontology)
        self._types = sorted(set(relations.values()) - set(ATTRIBUTES.values()))
        self._links, self._steps = cypher.read_links(self._types), cypher.read_steps(self._types)
        functional = sorted({relations[spec.id] for spec in ontology.relations if spec.functional})
        self._objects = cypher.read_objects(functional) if functional else ""
        self._all_types = sorted(set(relations.values()))

    async def rows(self, query: str, **parameters: Any) -> Rows:
        """Returns the rows that a statement finds. All other methods raise the same.

        Raises:
            GraphUnavailableError: Repeat the call; see `streams.sink.faults`.
        """

        async def read(transaction: AsyncManagedTransaction) -> Rows:
            return await rows_of(await transaction.run(query, parameters))

        with translated():
            async with self._driver.session(database=self._database, default_access_mode=READ_ACCESS) as session:
                return await session.execute_read(read)

    async def affected(self, change: Change) -> Affected:
        """Returns the entities that some records may have changed.

        They may be too many but never too few, and a repeat of the records gives the same ones.
        """
        ids = set(change.entities)
        if change.documents:
            ids |= await self._in_documents(sorted(change.documents))
        if change.aliases:
            canonical = await self.rows(cypher.READ_ALL_CANONICAL, ids=sorted(change.aliases))
            ids |= {row["id"] for row in canonical}
        if change.happenings:
            taking_part = await self.rows(story_cypher.READ_PARTICIPANTS, ids=sorted(change.happenings))
            ids |= {row["id"] for row in taking_part}
        found = await self._resolved(ids)
        if self._objects:
            # Of a functional relation, one fact closes another, which changes the other's object too.
            objects = await self.rows(self._objects, ids=sorted(found.canonical))
            more = await self._resolved(row["id"] for row in objects)
            return Affected(found.canonical | more.canonical, found.aliases | more.aliases)
        return found

    async def _in_documents(self, documents: Sequence[str]) -> set[str]:
        """Returns the entities that documents mention, or have facts about themselves or in their attachments."""
        facts: dict[str, list[str]] = defaultdict(list)
        for row in await self.rows(cypher.READ_DOCUMENT_FACTS, ids=documents):
            facts[row["relation"]].append(row["fact"])
        ids = [sorted(facts.get(type_, ())) for type_ in self._all_types]
        named = {row["id"] for row in await self.rows(cypher.READ_MENTIONED, ids=documents)}
        if not any(ids):
            return named
        elements = [row["element"] for row in await self.rows(find_facts(self._all_types), ids=ids)]
        ends = await self.rows(READ_ENDS, elements=elements)
        return named | {row[side] for row in ends for side in ("subject", "object")}

    async def _resolved(self, ids: Iterable[str]) -> Affected:
        rows = await self.rows(cypher.READ_CANONICAL, ids=sorted(ids))
        aliases = frozenset(row["id"] for row in rows if row["canonical"])
        return Affected(frozenset(row["canonical"] or row["id"] for row in rows) - aliases, aliases)

    async def found(self, ids: Collection[str]) -> list[Found]:
        """Returns entities, none of them an alias, in order of id."""
        links: dict[str, list[Link]] = defaultdict(list)
        asked = (self.rows(query, ids=sorted(ids)) for query in (self._links, cypher.READ_ENTITIES))
        of_stories = self.rows(story_cypher.READ_STORIES, ids=sorted(ids), reports=MOST_REPORTS, stories=MOST_STORIES)
        corrected = self.rows(cypher.READ_FORBIDDEN, ids=sorted(ids))
        reported, named, in_stories, not_so = await together((*asked, of_stories, corrected))
        stories = {row["id"]: tuple(row["stories"]) for row in in_stories}
        forbidden: dict[str, set[Parts]] = defaultdict(set)
        for row in not_so:
            forbidden[row["id"]].add((row["subject"], row["relation"], row["object"]))
        for row in reported:
            other = GraphEntity(row["other"], row["name"], row["type"])
            facts = tuple(sorted(row["facts"]))
            links[row["id"]].append(Link(other, row["relation"], row["outgoing"], facts, row["since"], row["at"]))
        entities = []
        for row in sorted(named, key=lambda row: str(row["id"])):
            own = tuple(sorted(links[row["id"]], key=lambda link: (link.other.id, link.relation, link.outgoing)))
            known = GraphEntity(row["id"], row["name"], row["type"], roles.count(own), row["articles"], row["at"])
            kept = row["neighbourhood"], row["described"], row["counted"]
            never = frozenset(forbidden[row["id"]])
            entities.append(Found(Surroundings(known, own), *kept, stories.get(row["id"], ()), never))
        return entities

    async def dependents(self, facts: Mapping[str, Collection[str]], aliases: Collection[str]) -> set[str]:
        """Returns the entities whose open suggestions have lost their ground and must be refreshed.

        A suggestion has lost it if it links to an entity that is an alias now, if one of the facts by which it was
        found no longer holds, or if one of the two entities takes no part any more in the story that both were in.

        Args:
            facts: Ids of the facts that hold, by entity id, of the entities that were refreshed.
            aliases: Ids of the aliases that were refreshed.
        """
        found = set()
        for row in await self.rows(cypher.READ_DEPENDENTS, ids=sorted({*facts, *aliases})):
            if row["id"] in aliases or not set(row["through"]) <= set(facts[row["id"]]):
                found.add(row["asked"])
        return found | {row["asked"] for row in await self.rows(story_cypher.READ_LEFT, ids=sorted(facts))}

    async def newest_article(self) -> int:
        """Returns when the graph's newest article was published, milliseconds since 1970; 0 if there is none."""
        rows = await self.rows(cypher.READ_NEWEST)
        return int(rows[0]["at"]) if rows else 0

    async def profiles(self, ids: Collection[str]) -> dict[str, GraphEntity]:
        """Returns entities as of their last refresh, by id; those that were never refreshed are left out."""
        rows = await self.rows(cypher.READ_PROFILES, ids=sorted(ids))
        return {
            row["id"]: GraphEntity(
                row["id"], row["name"], row["type"], roles.decode(row["roles"]), row["articles"], row["at"]
            )
            for row in rows
        }

    async def steps(self, ids: Collection[str], most: int) -> dict[str, Steps]:
        """Returns the steps from each entity by its `most` newest facts, by id."""
        found: dict[str, Steps] = {}
        for row in await self.rows(self._steps, ids=sorted(ids), most=most):
            steps = found.setdefault(row["id"], Steps(row["facts"], {}))
            steps.others[row["other"], row["type"]] = tuple(sorted(row["through"]))
        return found

    async def named_together(self, ids: Collection[str], most: int) -> dict[str, dict[Other, tuple[int, int]]]:
        """Returns the entities that the `most` newest articles about an entity also name, by entity id.

        Each comes with the number of those articles and the publication time of the newest, milliseconds since 1970.
        """
        found: dict[str, dict[Other, tuple[int, int]]] = defaultdict(dict)
        for row in await self.rows(cypher.READ_NAMED_TOGETHER, ids=sorted(ids), most=most):
            found[row["id"]][row["other"], row["type"]] = row["articles"], row["at"]
        return found

    async def story_entities(self, stories: Collection[str], most: int) -> dict[str, StoryEntities]:
        """Returns the entities that take part in stories, in each the `most` of the newest reports, by story id."""
        rows = await self.rows(story_cypher.READ_STORY_ENTITIES, ids=sorted(stories), most=most) if stories else ()
        return {
            row["id"]: StoryEntities(row["title"] or "", tuple((id_, type_) for id_, type_ in row["others"]))
            for row in rows
        }

    async def nearest(self, vectors: Mapping[str, list[float]], most: int) -> dict[str, list[Other]]:
        """Returns the entities with the nearest context vectors, nearest first, by id of the entity asked about."""
        rows = [{"id": id_, "vector": vector} for id_, vector in sorted(vectors.items())]
        found: dict[str, list[Other]] = defaultdict(list)
        for row in await self.rows(cypher.READ_NEAREST, rows=rows, most=most) if rows else ():
            if row["other"] != row["id"]:
                found[row["id"]].append((row["other"], row["type"]))
        return found
