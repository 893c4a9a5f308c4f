"""A graph that grows article by article, and the questions that can be asked of it: what the link model learns from.

It counts the inputs of `question` as the service's worker does in Neo4j; entities are numbers, in the order in which
they are first named.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import log
from typing import NamedTuple

from inference.link_prediction.question import Role
from inference.training.links.own_graph import OwnArticle, OwnEntity


class Link(NamedTuple):
    """A fact as one of its entities sees it: the role it has there, who is at the other end, and the newest day."""

    role: Role
    other: int
    day: date


class Met(NamedTuple):
    """What two entities have in common: `Candidate`'s numbers."""

    shared: float = 0.0
    together: int = 0
    days: float = 0.0


NOTHING = Met()


@dataclass(slots=True)
class World:
    """The graph so far.

    Attributes:
        entities: By number.
        number: Of an entity, by id.
        day: The newest article's.
        articles: Of each entity, how many name it.
        last: Of each entity, the day of the newest that names it.
    """

    entities: list[OwnEntity] = field(default_factory=list)
    number: dict[str, int] = field(default_factory=dict)
    day: date = date.min
    articles: list[int] = field(default_factory=list)
    last: list[date] = field(default_factory=list)
    _facts: list[dict[tuple[Role, int], date]] = field(default_factory=list)
    _together: list[dict[int, tuple[int, date]]] = field(default_factory=list)

    def learn(self, articles: Iterable[OwnArticle]) -> None:
        """Adds articles, in order of time."""
        for article in articles:
            self.day = max(self.day, article.day)
            named = [self._numbered(entity) for entity in article.entities]
            for one in named:
                self.articles[one] += 1
                self.last[one] = article.day
                for other in named:
                    if other != one:
                        times = self._together[one].get(other, (0, article.day))[0]
                        self._together[one][other] = (times + 1, article.day)
            for fact in article.facts:
                subject, object_ = self.number[fact.subject], self.number[fact.object]
                self._facts[subject][(fact.relation, True), object_] = article.day
                self._facts[object_][(fact.relation, False), subject] = article.day

    def _numbered(self, entity: OwnEntity) -> int:
        if entity.id not in self.number:
            self.number[entity.id] = len(self.entities)
            self.entities.append(entity)
            self.articles.append(0)
            self.last.append(date.min)
            self._facts.append({})
            self._together.append({})
        return self.number[entity.id]

    def states(self, subject: str, relation: str, object_: str) -> bool:
        """Returns whether a fact between two entities, by id, is in the graph."""
        known = subject in self.number and object_ in self.number
        return known and ((relation, True), self.number[object_]) in self._facts[self.number[subject]]

    def facts(self, entity: int) -> Iterable[tuple[Role, int]]:
        """Returns the role that an entity has in each of its facts, and who is at the other end."""
        return self._facts[entity].keys()

    def links(self, entity: int) -> list[Link]:
        """Returns the facts about an entity, the newest first."""
        links = [Link(role, other, day) for (role, other), day in self._facts[entity].items()]
        return sorted(links, key=lambda link: (-link.day.toordinal(), self.entities[link.other].id, *link.role))

    def roles(self, entity: int) -> Mapping[Role, int]:
        """Returns how many facts an entity has by role."""
        counts: dict[Role, int] = defaultdict(int)
        for role, _ in self._facts[entity]:
            counts[role] += 1
        return counts

    def known(self, entity: int) -> Mapping[int, set[Role]]:
        """Returns the roles that an entity has in facts with others, by who they are."""
        found: dict[int, set[Role]] = defaultdict(set)
        for role, other in self._facts[entity]:
            found[other].add(role)
        return found

    def age(self, day: date) -> float:
        """Returns the days from a day to the newest article."""
        return float((self.day - day).days)

    def met(self, entity: int) -> dict[int, Met]:
        """Returns all entities named together with one, or with a neighbour in common, in order of number."""
        shared: dict[int, float] = defaultdict(float)
        near = sorted({other for _, other in self._facts[entity]})
        for between in near:
            weight = 1 / log(1 + len(self._facts[between]))
            for other in {other for _, other in self._facts[between]} - {entity}:
                shared[other] += weight
        together = self._together[entity]
        return {
            other: Met(shared.get(other, 0.0), *self._count_and_age(together.get(other)))
            for other in sorted({*near, *shared, *together})
        }

    def _count_and_age(self, named: tuple[int, date] | None) -> tuple[int, float]:
        return (named[0], self.age(named[1])) if named else (0, 0.0)
