"""Reads from a record of `triples` which entities it may have changed."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import ValidationError

from streams.messages.cloud_events import CE_TYPES
from streams.messages.events import ARTICLE_TYPE, MEDIA_TYPE, Alias, Document, Entity, Triple
from streams.road.stage import Record
from topology.ontology import HAPPENING


@dataclass(frozen=True, slots=True)
class Change:
    """What a record, or a batch of them, may have changed.

    Attributes:
        entities: Ids of entities.
        documents: Ids of articles or media items, whose facts may be withdrawn or reinstated.
        aliases: Ids of aliases, whose canonical entity may have changed.
    """

    entities: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()


def read(record: Record) -> Change | None:
    """Returns what a record may have changed; None if nothing.

    Records that cannot be read count as nothing: the sink sends those to dead-letters.
    """
    kind = (record.header("ce_type") or b"").decode(errors="replace")
    try:
        if kind == CE_TYPES[Triple]:
            return _of_triple(Triple.model_validate_json(record.value or b""))
        if kind == CE_TYPES[Document]:
            document = Document.model_validate_json(record.value or b"")
            named = frozenset(mention.entity.id for mention in document.mentions)
            return Change(entities=named, documents=frozenset([document.id]))
        if kind == CE_TYPES[Alias]:
            alias = Alias.model_validate_json(record.value or b"")
            if alias.alias.type == HAPPENING:
                return None
            sides = [alias.id, *([alias.canonical.id] if alias.canonical else ())]
            return Change(entities=frozenset(sides), aliases=frozenset([alias.id]))
    except ValidationError:
        return None
    return None


def _of_triple(triple: Triple) -> Change | None:
    # Happenings have neither vectors nor suggestions, and what plays a part in one has no other neighbours by it.
    if triple.subject.type == HAPPENING:
        return None
    ends = [end for end in (triple.subject, triple.object) if isinstance(end, Entity)]
    named = frozenset(end.id for end in ends if end.type not in {ARTICLE_TYPE, MEDIA_TYPE})
    return Change(entities=named) if named else None


def combined(changes: Iterable[Change | None]) -> Change:
    """Returns everything that some records may have changed."""
    known = [change for change in changes if change]
    return Change(
        frozenset().union(*(change.entities for change in known)),
        frozenset().union(*(change.documents for change in known)),
        frozenset().union(*(change.aliases for change in known)),
    )
