"""What the graph says about an entity, with ids and times but without vectors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from inference.link_prediction.question import Role


@dataclass(frozen=True, slots=True)
class GraphEntity:
    """An entity as the graph knows it. Aliases are replaced by the entity that they stand for.

    Attributes:
        id: Its id.
        name: Its name.
        type: Its type, as the ontology names it.
        roles: How many facts with other entities hold, by relation and role.
        articles: How many articles mention it; withdrawn ones do not count.
        at: When the newest of them was published, in milliseconds since 1970; None without any.
    """

    id: str
    name: str
    type: str
    roles: Mapping[Role, int] = field(default_factory=dict)
    articles: int = 0
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """The facts of one relation, in one direction, between an entity and another.

    Attributes:
        other: The other entity; only id, name and type are set.
        relation: The relation's id.
        outgoing: Whether the entity is the subject.
        facts: Ids of the facts, ascending; several if aliases have facts of their own.
        since: When their first evidence was published, in milliseconds since 1970.
        at: When their newest evidence was published, in milliseconds since 1970.
    """

    other: GraphEntity
    relation: str
    outgoing: bool
    facts: tuple[str, ...]
    since: int
    at: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """An entity and all its links to others."""

    entity: GraphEntity
    links: tuple[Link, ...] = ()

    def digest(self, *more: object) -> str:
        """Returns a hash of what vectors and suggestions are made from, and of `more`.

        Times are not part of it, and of the number of articles only its magnitude: one more article about a country
        does not change the country's suggestions.
        """
        parts: Iterable[object] = (
            *more,
            self.entity.name,
            self.entity.type,
            self.entity.articles.bit_length(),
            *sorted((link.other.id, link.relation, link.outgoing, link.facts) for link in self.links),
        )
        return blake2b("\x1f".join(map(str, parts)).encode(), digest_size=16).hexdigest()

    def newest(self, most: int) -> tuple[Link, ...]:
        """Returns the links with the newest evidence, newest first."""
        order = sorted(self.links, key=lambda link: (-link.at, link.other.id, link.relation, link.outgoing))
        return tuple(order[:most])


@dataclass(frozen=True, slots=True)
class CommonStory:
    """A story in which two entities take part; the title is empty if it has none."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Prospect:
    """A candidate for a link with an entity.

    Attributes:
        entity: The candidate.
        shared: Σ 1 / ln(1 + facts of n) over the entities n that both have a fact with.
        together: How many of the newest articles that mention the entity mention the candidate too.
        at: When the newest of those was published, in milliseconds since 1970; None without any.
        through: Ids of the facts between the candidate and the entities n.
        story: The newest story of the entity in which the candidate takes part too; None without any.
    """

    entity: GraphEntity
    shared: float = 0.0
    together: int = 0
    at: int | None = None
    through: tuple[str, ...] = ()
    story: CommonStory | None = None

    @property
    def counted(self) -> bool:
        """Whether a count or a story supports a link."""
        return self.together > 0 or self.shared > 0 or self.story is not None
