"""What every source is read into: raw text with character spans, and what its annotation does and doesn't say."""

from collections.abc import Iterable
from dataclasses import dataclass

NAMED = ("person", "organization", "location", "event", "work", "product", "misc")
"""The types of things that bear a name; `date` and `quantity` complete the ontology's nine."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An annotated span.

    Attributes:
        start: First character.
        end: One past the last character.
        types: The types it may have. One for a plain annotation, several where the source does not tell them apart.
    """

    start: int
    end: int
    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class GoldFact:
    """A relation between two entities of a passage (indices into `Passage.entities`).

    Attributes:
        subject: Entity index.
        relation: A relation id of the ontology.
        object: Entity index.
        where: Spans of the text that carry the evidence; empty when the source does not say.
        modality: `asserted`, `past`, `planned`, `possible` or `denied`; empty where the source does not say.
    """

    subject: int
    relation: str
    object: int
    where: tuple[tuple[int, int], ...] = ()
    modality: str = ""


@dataclass(frozen=True, slots=True)
class GoldHappening:
    """What happens in a passage.

    Attributes:
        kind: Its class, an id of the ontology.
        trigger: The characters that name it.
        modality: As of a fact.
        roles: (role, index into `Passage.entities`); what no role names plays none.
    """

    kind: str
    trigger: tuple[int, int]
    modality: str = ""
    roles: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """Which relations an annotator decided on for a pair: those not among the facts do not hold.

    Attributes:
        subject: Entity index; -1 for every entity.
        object: Entity index; -1 for every entity.
        relations: Relation ids; None for all of the ontology.
    """

    subject: int
    object: int
    relations: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Passage:
    """A text with partial annotation.

    Attributes:
        source: Name of the source.
        id: Document within the source: passages of one document are never split over train and dev.
        text: Natural text.
        marks: Annotated spans, not overlapping.
        labelled: Types that are labelled completely: a word outside every mark has none of these. With `happening`
            among them, the same holds of the happenings' triggers.
        bare: Character spans known to name nothing of the types in `NAMED`, though `labelled` does not say so.
        entities: Marks that mean the same thing (indices into `marks`).
        facts: Relations that hold.
        judged: For which pairs the absence of a fact says that it doesn't hold.
        open: (subject, relations, object): one of these holds, nobody knows which; never counted as wrong.
        silent: Character spans that may or may not name something: nothing is learned from them.
        happenings: What happens.
        unread: Character spans in which nobody looked for happenings.
    """

    source: str
    id: str
    text: str
    marks: tuple[Mark, ...] = ()
    labelled: frozenset[str] = frozenset()
    bare: tuple[tuple[int, int], ...] = ()
    entities: tuple[tuple[int, ...], ...] = ()
    facts: tuple[GoldFact, ...] = ()
    judged: tuple[Judged, ...] = ()
    open: tuple[tuple[int, tuple[str, ...], int], ...] = ()
    silent: tuple[tuple[int, int], ...] = ()
    happenings: tuple[GoldHappening, ...] = ()
    unread: tuple[tuple[int, int], ...] = ()


def types(names: Iterable[str]) -> frozenset[str]:
    """Returns a set of type names; short for `frozenset`."""
    return frozenset(names)
