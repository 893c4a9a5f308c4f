"""What the registry remembers of the names it has seen: bounded, and a function of the set of documents seen."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from streams.entities.fold import fold
from streams.entities.ids import WikidataIds
from streams.entities.sketch import Sketch


class Name(NamedTuple):
    """A name with its type: what the wire calls an entity.

    Attributes:
        id: The entity's id.
        name: Canonical name within its articles.
        type: Entity type.
    """

    id: str
    name: str
    type: str


@dataclass(slots=True)
class Known:
    """What is known of a name.

    Attributes:
        name: The name.
        fold: Its folded form.
        documents: Documents that use it.
        stood_for: By id of another entity: documents that say that this name stands for it there.
        listed: Its Wikidata id by the tables at hand.
        claimed: The one that a look-up elsewhere found last. What is listed counts first.
        told: The last Wikidata id of its entity that was told, even if it was taken back since.
    """

    name: Name
    fold: str
    documents: Sketch = field(default_factory=Sketch)
    stood_for: dict[str, Sketch] = field(default_factory=dict)
    listed: str | None = None
    claimed: str | None = None
    told: str | None = None

    @property
    def wikidata(self) -> str | None:
        """The Wikidata id of this name by itself, if it is known."""
        return self.listed or self.claimed


class Kept(NamedTuple):
    """What outlives a process of what is known of a name; see `Known`."""

    name: Name
    documents: Iterable[int]
    stood_for: Mapping[str, Iterable[int]]
    claimed: str | None = None
    told: str | None = None


class Memory:
    """Names by id, and the indexes that the rules look candidates up in."""

    def __init__(self, ids: WikidataIds | None = None) -> None:
        """Remembers nothing yet.

        Args:
            ids: Who knows Wikidata ids.
        """
        self._ids = ids
        self.known: dict[str, Known] = {}
        self._keys: dict[str, dict[str, None]] = defaultdict(dict)
        self.named_by: dict[str, set[str]] = defaultdict(set)

    def learn(self, name: Name) -> Known:
        """Returns what is known of a name, making room for it if it is new."""
        known = self.known.get(name.id)
        if known is None:
            listed = self._ids.find(name.name, name.type) if self._ids else None
            known = self.known[name.id] = Known(name, fold(name.name), listed=listed)
            for key in keys(known):
                self._keys[key][name.id] = None
        return known

    def claim(self, name: Name, wikidata: str | None) -> bool:
        """Notes the Wikidata id that a look-up found, or that it finds none any more; returns whether that is news."""
        known = self.learn(name)
        if known.claimed == wikidata:
            return False
        self._unlist(known)
        known.claimed = wikidata
        for key in keys(known):
            self._keys[key][name.id] = None
        return True

    def stands_for(self, alias: Name, entity: Name, document: int) -> bool:
        """Notes that a document uses one name for another; returns whether that is news."""
        known = self.learn(alias)
        sketch = known.stood_for.setdefault(entity.id, Sketch())
        self.named_by[entity.id].add(alias.id)
        return sketch.add(document)

    def restore(self, kept: Kept) -> None:
        """Puts back what was known of a name."""
        known = self.learn(kept.name)
        known.documents = Sketch([*known.documents.hashes, *kept.documents])
        for id_, hashes in kept.stood_for.items():
            known.stood_for[id_] = Sketch([*known.stood_for.get(id_, Sketch()).hashes, *hashes])
            self.named_by[id_].add(kept.name.id)
        self.claim(kept.name, kept.claimed)
        known.told = kept.told

    def by_key(self, key: str) -> Iterator[Known]:
        """Returns the names found under an index key; see `keys`."""
        for id_ in self._keys.get(key, ()):
            yield self.known[id_]

    def forget(self, id_: str) -> None:
        """Drops a name."""
        known = self.known.pop(id_)
        self._unlist(known)
        for other in known.stood_for:
            self.named_by[other].discard(id_)

    def _unlist(self, known: Known) -> None:
        for key in keys(known):
            self._keys[key].pop(known.name.id, None)
            if not self._keys[key]:
                del self._keys[key]


def keys(known: Known) -> list[str]:
    """Returns the keys that a name is found under.

    `=form`: its folded form. `^form`: a person's name that ends so. `@letters`: a name with these initials.
    `,form`: a place of this name whose region is named too. `#Q312`: its Wikidata id.
    """
    found = [f"={known.fold}"]
    if known.wikidata:
        found.append(f"#{known.wikidata}")
    name, type_ = known.name.name, known.name.type
    words = known.fold.split()
    if type_ == "person":
        found += [f"^{' '.join(words[i:])}" for i in range(1, min(len(words), 4))]
    elif type_ == "location" and ", " in name:
        found.append(f",{fold(name.partition(', ')[0])}")
    elif letters := initials(name):
        found.append(f"@{letters}")
    return found


_SMALL = {"of", "the", "and", "for", "in", "on", "de", "la", "del", "des", "du", "&"}
_LEAST_LETTERS = 3


def initials(name: str) -> str:
    """Returns the initials of a name of several words, in lower case; "" if they are too few to tell anything."""
    words = name.replace("-", " ").split()
    letters = "".join(word[0] for word in words if word.lower() not in _SMALL and word[0].isalnum())
    return letters.lower() if len(letters) >= _LEAST_LETTERS else ""
