"""What the registry remembers about names. Its size is bounded, and it depends only on the set of documents seen."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from sys import intern
from types import MappingProxyType
from typing import NamedTuple

from inference.text.names.people import formal_names
from streams.entities.contexts import kept
from streams.entities.fold import fold
from streams.entities.ids import WikidataIds
from streams.entities.sketch import Sketch
from streams.messages.base import Entity, entity_id

MOST_STOOD_FOR = 256
"""Entities of which is kept that a name was used for them. A name of more stands for nobody, and must fit a message."""


class EntityName(NamedTuple):
    """A name with its entity type, as documents state it.

    Attributes:
        id: The entity's id, a hash of the two.
        name: The canonical name within a document.
        type: The entity type.
        role: What a document says that the person is; see `streams.entities.namesakes`.
    """

    id: str
    name: str
    type: str
    role: str = ""

    @property
    def bare(self) -> "EntityName":
        """The name without the role."""
        return _bare(self) if self.role else self


def name_of(entity: Entity) -> EntityName:
    """Returns an entity's name."""
    return EntityName(intern(entity.id), entity.name, intern(entity.type), entity.role or "")


@lru_cache(maxsize=1 << 14)
def _bare(name: EntityName) -> EntityName:
    return EntityName(entity_id(name.name, name.type), name.name, name.type)


@dataclass(slots=True)
class KnownName:
    """A name, and everything observed about it.

    Attributes:
        name: The name.
        fold: Its folded form.
        documents: The documents that use it.
        stood_for: By id of another entity: the documents in which this name stands for that entity.
        listed: Its Wikidata id in the gazetteer.
        claimed: The Wikidata id that a look-up found last. `listed` takes precedence.
        published: The last Wikidata id published for its entity, even if it was withdrawn since.
        corrected: Of a name whose Wikidata id an editor corrected: the right one, or None for no id. It precedes all.
        contexts: Only of a person with a role, by document, for those in the sketch: what else the document names.
    """

    name: EntityName
    fold: str
    documents: Sketch = field(default_factory=Sketch)
    stood_for: dict[str, Sketch] = field(default_factory=dict)
    listed: str | None = None
    claimed: str | None = None
    published: str | None = None
    corrected: tuple[str | None] | None = None
    contexts: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @property
    def wikidata(self) -> str | None:
        """The Wikidata id of this name by itself; None if unknown."""
        return self.corrected[0] if self.corrected else self.listed or self.claimed


class Pin(NamedTuple):
    """What an editor says that a name stands for.

    Attributes:
        other: Id of another name.
        apart: Whether it stands for itself and not for the other name, nor the other one for it.
    """

    other: str
    apart: bool = False


class SavedName(NamedTuple):
    """The part of a `KnownName` that is saved and restored."""

    name: EntityName
    documents: Iterable[int]
    stood_for: Mapping[str, Iterable[int]]
    claimed: str | None = None
    published: str | None = None
    contexts: Mapping[int, tuple[int, ...]] = MappingProxyType({})


@dataclass(slots=True)
class Decided:
    """What the rules found out since the memory last changed, so that many spellings of one name cost no more than one.

    Attributes:
        spellings: The main spelling of a folded form, by form, Wikidata id and type.
        targets: What a name stands for by its name alone, by id.
        first: The main name of a Wikidata id, by id and type; None if it has none that stands for itself.
        wikidata: The Wikidata id of a name and its aliases, by id.
        people: The people of a name, by the bare name's id; see `streams.entities.namesakes`.
    """

    spellings: dict[tuple[str, str | None, str], KnownName] = field(default_factory=dict)
    targets: dict[str, object] = field(default_factory=dict)
    first: dict[tuple[str, str], KnownName | None] = field(default_factory=dict)
    wikidata: dict[str, str | None] = field(default_factory=dict)
    people: dict[str, object] = field(default_factory=dict)


class Memory:
    """Names by id, and the index in which the rules find candidates."""

    def __init__(self, ids: WikidataIds | None = None) -> None:
        """Creates an empty memory.

        Args:
            ids: The gazetteer of Wikidata ids.
        """
        self._ids = ids
        self.known: dict[str, KnownName] = {}
        self._keys: dict[str, dict[str, None]] = defaultdict(dict)
        self.named_by: dict[str, set[str]] = defaultdict(set)
        self._with_role: dict[str, dict[str, None]] = defaultdict(dict)
        self.decided = Decided()
        self.pins: dict[str, Pin] = {}
        """By the id of a name, what an editor says of it."""

    def learn(self, name: EntityName) -> KnownName:
        """Returns the entry of a name, and creates it if the name is new."""
        known = self.known.get(name.id)
        if known is None:
            # Whoever is meant by a Wikidata id, it is told by the name, and so belongs to the bare name.
            listed = self._ids.find(name.name, name.type) if self._ids and not name.role else None
            known = self.known[name.id] = KnownName(name, fold(name.name), listed=listed)
            for key in keys(known):
                self._keys[key][name.id] = None
            if name.role:
                self._with_role[self.learn(name.bare).name.id][name.id] = None
        return known

    def describe(self, name: EntityName, document: int, contexts: tuple[int, ...]) -> bool:
        """Stores what else a document names that is about a person with a role; returns whether that was new."""
        known = self.learn(name)
        if document not in known.documents.hashes:
            return False
        both = kept((*known.contexts.get(document, ()), *contexts))
        if known.contexts.get(document) == both:
            return False
        known.contexts[document] = both
        known.contexts = {hash_: known.contexts[hash_] for hash_ in known.documents.hashes if hash_ in known.contexts}
        return True

    def with_role(self, bare: str) -> Iterator[KnownName]:
        """Yields the known names with a role, given the id of the name without."""
        for id_ in self._with_role.get(bare, ()):
            yield self.known[id_]

    def has_roles(self, bare: str) -> bool:
        """Returns whether names with a role are known of a name."""
        return bare in self._with_role

    def claim(self, name: EntityName, wikidata: str | None) -> bool:
        """Stores the Wikidata id that a look-up found, or None if it finds none now; returns whether it changed."""
        known = self.learn(name)
        if known.claimed == wikidata:
            return False
        self._unlist(known)
        known.claimed = wikidata
        for key in keys(known):
            self._keys[key][name.id] = None
        return True

    def identify(self, id_: str, wikidata: tuple[str | None] | None) -> None:
        """Sets the Wikidata id that an editor says a known name has; None for no correction."""
        known = self.known[id_]
        self._unlist(known)
        known.corrected = wikidata
        for key in keys(known):
            self._keys[key][id_] = None

    def stands_for(self, alias: EntityName, entity: EntityName, document: int) -> bool:
        """Stores that a document uses one name for another; returns whether that was new and is kept."""
        known = self.learn(alias)
        sketch = known.stood_for.setdefault(entity.id, Sketch())
        self.named_by[entity.id].add(alias.id)
        new = sketch.add(document)
        if len(known.stood_for) > MOST_STOOD_FOR:
            least = max(known.stood_for, key=lambda id_: (-known.stood_for[id_].count, id_))
            del known.stood_for[least]
            self.named_by[least].discard(alias.id)
            return new and least != entity.id
        return new

    def restore(self, saved: SavedName) -> None:
        """Restores a saved name."""
        known = self.learn(saved.name)
        known.documents = Sketch([*known.documents.hashes, *saved.documents])
        for id_, hashes in saved.stood_for.items():
            known.stood_for[id_] = Sketch([*known.stood_for.get(id_, Sketch()).hashes, *hashes])
            self.named_by[id_].add(saved.name.id)
        for hash_, some in saved.contexts.items():
            self.describe(saved.name, hash_, some)
        self.claim(saved.name, saved.claimed)
        known.published = saved.published

    def by_key(self, key: str) -> Iterator[KnownName]:
        """Yields the names under an index key; see `keys`."""
        for id_ in self._keys.get(key, ()):
            yield self.known[id_]

    def forget(self, id_: str) -> None:
        """Removes a name."""
        known = self.known.pop(id_)
        self._unlist(known)
        if known.name.role:
            bare = known.name.bare.id
            del self._with_role[bare][id_]
            if not self._with_role[bare]:
                del self._with_role[bare]
        for other in known.stood_for:
            self.named_by[other].discard(id_)

    def _unlist(self, known: KnownName) -> None:
        for key in keys(known):
            self._keys[key].pop(known.name.id, None)
            if not self._keys[key]:
                del self._keys[key]


def keys(known: KnownName) -> list[str]:
    """Returns the index keys of a name; none of one with a role, which hangs on the bare name.

    `=form`: its folded form. `^form`: a person's name that ends with it. `@letters`: its initials. `,form`: a place
    with this name, followed by its region. `~first last`: a person's name of three words or more that begins
    and ends with these. `%robert castell`: a person whose first name may be short for this one. `#Q312`: its Wikidata
    id.
    """
    if known.name.role:
        return []
    found = [f"={known.fold}"]
    if known.wikidata:
        found.append(f"#{known.wikidata}")
    name, type_ = known.name.name, known.name.type
    words = known.fold.split()
    if type_ == "person":
        base, generation = without_generation(words)
        found += [f"^{' '.join((*base[i:], *generation))}" for i in range(1, min(len(base), 4))]
        if len(base) > 2:  # noqa: PLR2004
            found.append(f"~{' '.join((base[0], base[-1], *generation))}")
        if len(base) > 1:
            found += [f"%{' '.join((first, base[-1], *generation))}" for first in formal_names(base[0])]
    elif type_ == "location" and ", " in name:
        found.append(f",{fold(name.partition(', ')[0])}")
    elif letters := initials(name):
        found.append(f"@{letters}")
    return found


def without_generation(words: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Splits the words of a person's folded name before "jr" or "sr", which tells him from his father or son."""
    at = len(words) - 1 if len(words) > 2 and words[-1] in _GENERATIONS else len(words)  # noqa: PLR2004
    return words[:at], words[at:]


_GENERATIONS = {"jr", "sr", "iii", "iv"}
_SMALL = {"of", "the", "and", "for", "in", "on", "de", "la", "del", "des", "du", "&"}
_MIN_INITIALS = 3


def initials(name: str) -> str:
    """Returns the initials of a name of several words, in lower case; "" if there are fewer than three."""
    words = name.replace("-", " ").split()
    letters = "".join(word[0] for word in words if word.lower() not in _SMALL and word[0].isalnum())
    return letters.lower() if len(letters) >= _MIN_INITIALS else ""
