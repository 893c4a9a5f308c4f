"""Reads from a record of `triples` which entities it may have changed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from streams.messages.cloud_events import CE_TYPES
from streams.messages.correction_events import Correction
from streams.messages.events import ARTICLE_TYPE, MEDIA_TYPE, Alias, Document, Entity, Triple
from streams.messages.happening_events import Story
from streams.road.stage import Record
from topology.ontology import HAPPENING, HAPPENING_CLASS

_WITHOUT_SUGGESTIONS = {ARTICLE_TYPE, MEDIA_TYPE, HAPPENING, HAPPENING_CLASS}


@dataclass(frozen=True, slots=True)
class Change:
    """What a record, or a batch of them, may have changed.

    Attributes:
        entities: Ids of entities.
        documents: Ids of articles or media items, whose facts may be withdrawn or reinstated.
        aliases: Ids of aliases, whose canonical entity may have changed.
        happenings: Ids of happenings, whose participants may have come into a story or left one.
    """

    entities: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    aliases: frozenset[str] = frozenset()
    happenings: frozenset[str] = frozenset()


def read(record: Record) -> Change | None:
    """Returns what a record may have changed; None if nothing.

    Records that cannot be read count as nothing: the sink sends those to dead-letters.
    """
    kind = (record.header("ce_type") or b"").decode(errors="replace")
    reader = _READERS.get(kind)
    try:
        return reader(record.value or b"") if reader else None
    except ValidationError:
        return None


def _of_triple(value: bytes) -> Change | None:
    triple = Triple.model_validate_json(value)
    # Happenings and their classes have neither vectors nor suggestions; what takes part in one may be in its story.
    ends = [end for end in (triple.subject, triple.object) if isinstance(end, Entity)]
    named = frozenset(end.id for end in ends if end.type not in _WITHOUT_SUGGESTIONS)
    return Change(entities=named) if named else None


def _of_document(value: bytes) -> Change:
    document = Document.model_validate_json(value)
    named = frozenset(mention.entity.id for mention in document.mentions)
    return Change(entities=named, documents=frozenset([document.id]))


def _of_alias(value: bytes) -> Change:
    alias = Alias.model_validate_json(value)
    if alias.alias.type == HAPPENING:
        return Change(happenings=frozenset([alias.id]))
    sides = [alias.id, *([alias.canonical.id] if alias.canonical else ())]
    return Change(entities=frozenset(sides), aliases=frozenset([alias.id]))


def _of_correction(value: bytes) -> Change | None:
    correction = Correction.model_validate_json(value)
    ends = [end for end in (correction.subject, correction.object) if isinstance(end, Entity)]
    named = frozenset(end.id for end in ends if end.type not in _WITHOUT_SUGGESTIONS)
    return Change(entities=named) if named else None


def _of_story(value: bytes) -> Change:
    return Change(happenings=frozenset([Story.model_validate_json(value).id]))


_READERS: Mapping[str, Callable[[bytes], Change | None]] = {
    CE_TYPES[Triple]: _of_triple,
    CE_TYPES[Document]: _of_document,
    CE_TYPES[Alias]: _of_alias,
    CE_TYPES[Story]: _of_story,
    CE_TYPES[Correction]: _of_correction,
}


def combined(changes: Iterable[Change | None]) -> Change:
    """Returns everything that some records may have changed."""
    known = [change for change in changes if change]
    return Change(
        frozenset().union(*(change.entities for change in known)),
        frozenset().union(*(change.documents for change in known)),
        frozenset().union(*(change.aliases for change in known)),
        frozenset().union(*(change.happenings for change in known)),
    )
