"""Finds the corrections in force that a transaction may concern, however many others there are.

A correction concerns a fact under any name of its subject and object. So what a name stands for must not change between
the look at the names and the end of the transaction: the entities are locked first. That keeps other sinks waiting, and
is done only where some fact of the same relation is forbidden.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from neo4j import AsyncTransaction

from streams.sink.aliases import lock
from streams.sink.corrections import statements
from streams.sink.corrections.stored import CLASS, Editing
from streams.sink.judging.contradictions import Link, Touched
from streams.sink.reading import fetch

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Batch:
    """What a transaction wrote that corrections may be about.

    Attributes:
        touched: The facts whose evidence changed, and the names that stand for others; what corrections change is
            added to what is to be judged again.
        happenings: Ids of the happenings that were named.
    """

    touched: Touched
    happenings: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Concerned:
    """The corrections in force that a transaction may concern, the earliest first.

    Attributes:
        forbids: Those that forbid facts.
        classes: Those of the classes of happenings.
        canonical: What the aliases among their subjects and objects stand for. Nobody else can change it meanwhile.
    """

    forbids: Rows = field(default_factory=list)
    classes: Rows = field(default_factory=list)
    canonical: Mapping[str, str] = field(default_factory=dict)

    def top(self, id_: str) -> str:
        """Returns the id of the entity that an end of a correction stands for."""
        return self.canonical.get(id_, id_)


async def concerned(transaction: AsyncTransaction, editing: Editing, batch: Batch) -> Concerned:
    """Returns the corrections in force that a transaction may concern.

    Args:
        transaction: An open transaction, in which everything else but verdicts has been written.
        editing: What the transaction does to corrections.
        batch: What else it wrote.
    """
    links = batch.touched.links | editing.links
    asked = {link.property for link in links} | ({CLASS} if batch.happenings else set())
    found = await fetch(transaction, statements.READ_UPHELD, upheld=sorted(asked))
    if not found:
        return Concerned()
    upheld = set(found[0]["upheld"])
    links = {link for link in links if link.property in upheld}
    wanted = {
        "moved": sorted(batch.touched.moved_ids()),
        "happenings": sorted(batch.happenings) if CLASS in upheld else [],
        "changed": sorted(editing.changed),
    }
    if not links and not any(wanted.values()):
        return Concerned()
    ends = {id_ for link in links for id_ in (link.subject, link.object)}
    canonical = await lock(transaction, ends) if ends else {}
    links = {Link(canonical.get(s, s), property_, canonical.get(o, o)) for s, property_, o in links}
    stated = [link._asdict() for link in sorted(links)]
    rows = await fetch(transaction, statements.READ_CONCERNED, links=stated, class_=CLASS, **wanted)
    if not rows:
        return Concerned()
    rows.sort(key=lambda row: (row["at"], row["id"]))
    classes = [row for row in rows if row["kind"] == "class"]
    forbids = [row for row in rows if row["kind"] == "forbid"]
    # Not the class, which all happenings of it share.
    ends |= {row["subject"] for row in rows} | {row["object"] for row in forbids}
    return Concerned(forbids, classes, await lock(transaction, ends))
