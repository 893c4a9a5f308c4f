"""What of a document a watch looks for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from inference.text.geography.atlas import country_code
from streams.alerts.aliases import Aliases
from streams.alerts.documents import GatheredDocument
from streams.alerts.watch_list import Watch, WatchList, combinations
from streams.alerts.wording import fact_text, happening_text
from streams.entities.fold import fold
from streams.messages.base import entity_id, stable_id
from streams.messages.events import Alias, Entity, Triple
from topology.ontology import HAPPENING, Ontology

CLASS_OF = "P31"
_CODE = re.compile(r"[A-Z]{2}")
_CLAIMS = frozenset({"planned", "possible", "denied"})
_CONTRADICTING = frozenset({"asserted", "denied"})


@dataclass(frozen=True, slots=True)
class Match:
    """Something that a watch looks for.

    Attributes:
        watch: The watch.
        key: Identifies what it is about; what is reported several times has one key.
        kind: As of the `Alert`.
        text: What was reported, in one line.
        triples: What the document says of it.
        value: Only of a watch for contradictions: the object that the document states; of what has the same key, other
            values contradict it.
        denied: As before: whether the document denies that it is so.
        one_at_a_time: As before: whether only one object holds at a time.
    """

    watch: Watch
    key: str
    kind: Literal["fact", "claim", "happening"]
    text: str
    triples: tuple[Triple, ...]
    value: str = ""
    denied: bool = False
    one_at_a_time: bool = False


@dataclass(slots=True)
class _Sought:
    """A watch, ready to be compared.

    Attributes:
        names: Label and type (None: any) by folded spelling.
        ids: Label by the id of an entity of that name, which may be the alias of another.
        places: Label by folded name.
        countries: Label by code.
        relations: Ids of relations.
    """

    watch: Watch
    names: dict[str, list[tuple[str, str | None]]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    relations: frozenset[str] = frozenset()


class Matcher:
    """Compares documents with all watches."""

    def __init__(self, listed: WatchList, ontology: Ontology, aliases: Aliases) -> None:
        """Prepares the watches.

        Args:
            listed: Has them.
            ontology: Has the entity types, and the ids and names of relations and classes.
            aliases: Who stands for whom.
        """
        self._ontology, self._aliases = ontology, aliases
        self._sought = [_sought(watch, ontology) for watch in listed.watches]
        self._watched = frozenset(id_ for sought in self._sought for id_ in sought.ids)
        self._by_id: dict[str, dict[str, str]] | None = None

    def learn(self, alias: Alias) -> None:
        """Takes a decision on a name into account."""
        self._aliases.learn(alias)
        if alias.id in self._watched:
            self._by_id = None

    def matches(self, gathered: GatheredDocument) -> Iterator[Match]:
        """Yields what the watches look for, each thing once for each watch."""
        said = _Said(gathered)
        ids = {self._aliases.canonical(entity.id) for entity in said.entities}
        by_id = {watch for id_ in ids for watch in self._labelled().get(id_, ())}
        for sought in self._sought:
            # Most watches name nobody whom the document names.
            if sought.names and sought.watch.name not in by_id and said.all_names.isdisjoint(sought.names):
                continue
            found: dict[tuple[str, str, bool], Match] = {}
            for match in self._of_watch(sought, said):
                found.setdefault((match.key, match.value, match.denied), match)
            yield from found.values()

    def _of_watch(self, sought: _Sought, said: "_Said") -> Iterator[Match]:
        watch = sought.watch
        if (watch.relations or not watch.classes) and "class" not in watch.first:
            for triple in said.facts:
                yield from self._of_fact(sought, said, triple)
        if (watch.classes or not watch.relations) and "relation" not in watch.first and not watch.contradicts:
            for id_, triples in said.happenings.items():
                yield from self._of_happening(sought, said, id_, triples)

    def _of_fact(self, sought: _Sought, said: "_Said", triple: Triple) -> Iterator[Match]:
        watch, predicate, target = sought.watch, triple.predicate, triple.object
        wanted = _CONTRADICTING if watch.contradicts else watch.modalities
        # What a picture or an article is, unless it is asked for by name, is no news.
        if triple.kind == "inferred" or (triple.kind == "attribute" and not watch.relations):
            return
        if triple.modality not in wanted or triple.confidence < watch.confidence:
            return
        if watch.relations and predicate.id not in sought.relations:
            return
        ends = [end for end in (triple.subject, target) if isinstance(end, Entity)]
        names, places = self._labels(sought, said, ends), _places(sought, ends)
        if (watch.names and not names) or (watch.places and not places):
            return
        subject = self._aliases.canonical(triple.subject.id)
        value = self._aliases.canonical(target.id) if isinstance(target, Entity) else target.key
        kind: Literal["fact", "claim"] = "claim" if triple.modality in _CLAIMS else "fact"
        text = fact_text(triple)
        if watch.contradicts:
            relation = self._ontology.by_id.get(predicate.id)
            yield Match(
                watch, stable_id("c", subject, predicate.id), kind, text, (triple,), value,
                triple.modality == "denied", bool(relation and relation.functional),
            )  # fmt: skip
        elif watch.first:
            parts = {"name": names, "relation": [predicate.id], "place": places}
            for chosen in combinations([parts[part] for part in watch.first]):
                yield Match(watch, stable_id("n", *chosen), kind, text, (triple,))
        else:
            claimed = triple.modality if kind == "claim" else ""
            yield Match(watch, stable_id("f", subject, predicate.id, value, claimed), kind, text, (triple,))

    def _of_happening(self, sought: _Sought, said: "_Said", id_: str, triples: Sequence[Triple]) -> Iterator[Match]:
        watch, head = sought.watch, triples[0]
        class_ = head.subject.class_ or ""
        if watch.classes and class_ not in watch.classes:
            return
        # Who or what it is as a whole is as sure as its class; each role must be as sure by itself.
        sure = [triple for triple in triples if triple.confidence >= watch.confidence]
        if head not in sure or head.modality not in watch.modalities:
            return
        roles = [(triple.predicate.id, triple.object) for triple in sure if isinstance(triple.object, Entity)]
        names = self._labels(sought, said, [one for role, one in roles if role != CLASS_OF])
        places = _places(sought, [one for role, one in roles if role == "where"])
        if (watch.names and not names) or (watch.places and not places):
            return
        text = happening_text(class_, triples, self._ontology)
        if watch.first:
            parts = {"name": names, "class": [class_], "place": places}
            for chosen in combinations([parts[part] for part in watch.first]):
                yield Match(watch, stable_id("n", *chosen), "happening", text, tuple(triples))
        else:
            yield Match(watch, happening_key(self._aliases.canonical(id_)), "happening", text, tuple(triples))

    def _labels(self, sought: _Sought, said: "_Said", entities: Sequence[Entity]) -> list[str]:
        """Returns which of a watch's names these entities have, each once."""
        if not sought.names:
            return []
        found: dict[str, None] = {}
        for entity in entities:
            if label := self._labelled().get(self._aliases.canonical(entity.id), {}).get(sought.watch.name):
                found[label] = None
            for name in said.names(entity):
                for label, type_ in sought.names.get(name, ()):
                    if type_ in {None, entity.type}:
                        found[label] = None
        return list(found)

    def _labelled(self) -> Mapping[str, Mapping[str, str]]:
        """Returns the labels by watch, by the id of the entity that a watched name stands for now."""
        if self._by_id is None:
            self._by_id = {}
            for sought in self._sought:
                for id_, label in sought.ids.items():
                    self._by_id.setdefault(self._aliases.canonical(id_), {}).setdefault(sought.watch.name, label)
        return self._by_id


class _Said:
    """What a document says, sorted."""

    def __init__(self, gathered: GatheredDocument) -> None:
        self._gathered = gathered
        self.facts: list[Triple] = []
        self.happenings: dict[str, list[Triple]] = {}
        for triple in gathered.triples.values():
            if triple.subject.type == HAPPENING:
                group = self.happenings.setdefault(triple.subject.id, [])
                group.insert(0 if triple.predicate.id == CLASS_OF else len(group), triple)
            else:
                self.facts.append(triple)

    @cached_property
    def _others(self) -> Mapping[str, frozenset[str]]:
        """Other names that the document uses, folded, by the entity's id."""
        return {one.entity.id: frozenset(map(fold, one.names)) for one in self._gathered.document.mentions}

    @cached_property
    def entities(self) -> list[Entity]:
        """The entities that the triples are about, each as often as it comes."""
        ends = (end for one in self._gathered.triples.values() for end in (one.subject, one.object))
        return [end for end in ends if isinstance(end, Entity)]

    @cached_property
    def all_names(self) -> frozenset[str]:
        """The names of all entities, folded."""
        return frozenset().union(*map(self.names, self.entities))

    def names(self, entity: Entity) -> frozenset[str]:
        """Returns the names of an entity, folded."""
        return self._others.get(entity.id, frozenset()) | {fold(entity.name)}


def happening_key(id_: str) -> str:
    """Returns the key of a happening, by the id of its first report."""
    return stable_id("h", id_)


def _sought(watch: Watch, ontology: Ontology) -> _Sought:
    relations = {one.id for one in ontology.relations if {one.id, one.name} & set(watch.relations)}
    sought = _Sought(watch, relations=frozenset(relations))
    for one in watch.names:
        for spelling in one.spellings:
            sought.names.setdefault(fold(spelling), []).append((one.name, one.type))
            for type_ in (one.type,) if one.type else (spec.name for spec in ontology.entity_types):
                sought.ids.setdefault(entity_id(spelling, type_), one.name)
    for place in watch.places:
        sought.places[fold(place)] = place
        if code := place if _CODE.fullmatch(place) else country_code(place):
            sought.countries[code] = place
    return sought


def _places(sought: _Sought, entities: Sequence[Entity]) -> list[str]:
    """Returns which of a watch's places these entities are or lie in, each once."""
    found: dict[str, None] = {}
    for entity in entities:
        if entity.type != "location":
            continue
        country = entity.location.country if entity.location else ""
        for label in (sought.places.get(fold(entity.name)), sought.countries.get(country)):
            if label:
                found[label] = None
    return list(found)
