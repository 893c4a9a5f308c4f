"""What the graph says of an entity, as it is read there: ids and times, no vectors yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from inference.link_prediction.question import Role


@dataclass(frozen=True, slots=True)
class GraphEntity:
    """An entity; that of an alias is whom it stands for.

    Attributes:
        id: Its id.
        name: Its name.
        type: Its type, as the ontology names it.
        roles: How many facts with other entities hold, by relation and role.
        articles: How many articles that hold name it.
        at: When the newest of them was published; milliseconds since 1970, None without any.
    """

    id: str
    name: str
    type: str
    roles: Mapping[Role, int] = field(default_factory=dict)
    articles: int = 0
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """What holds between an entity and another, of one relation in one direction.

    Attributes:
        other: The other; only id, name and type.
        relation: The relation's id.
        outgoing: Whether the entity is the subject.
        facts: Ids of the facts, ascending: more than one if aliases have some of their own.
        since: When the first evidence of them was published; milliseconds since 1970.
        at: When the newest was.
    """

    other: GraphEntity
    relation: str
    outgoing: bool
    facts: tuple[str, ...]
    since: int
    at: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """An entity and all that holds between it and others."""

    entity: GraphEntity
    links: tuple[Link, ...] = ()

    def digest(self, *more: object) -> str:
        """Returns a hash of what vectors and suggestions are made from on this side, and of what else counts.

        Times are not part of it, and of the articles only how often their number has doubled: one more about a country
        is no news of the country.
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
class Prospect:
    """Whom an entity might be linked with.

    Attributes:
        entity: The other.
        shared: Σ 1 / ln(1 + facts of n) over the entities n that both have a fact with.
        together: How many of the newest articles that name the entity name the other too.
        at: When the newest of those was published; milliseconds since 1970, None without any.
        through: Ids of the facts between the other and those entities.
    """

    entity: GraphEntity
    shared: float = 0.0
    together: int = 0
    at: int | None = None
    through: tuple[str, ...] = ()

    @property
    def counted(self) -> bool:
        """Whether anything was counted that speaks for a link."""
        return self.together > 0 or self.shared > 0
