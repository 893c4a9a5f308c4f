"""Reads a record of the `triples` topic; a record that cannot be read is refused with a clear reason."""

from pydantic import ValidationError

from streams.messages.cloud_events import CE_TYPES
from streams.messages.correction_events import Correction
from streams.messages.events import Alias, Document, Identity, Triple
from streams.messages.happening_events import Story
from streams.messages.json_events import unreadable
from streams.road.stage import PoisonError, Record
from streams.sink.conversion import alias_row, correction_row, document_row, identity_row, story_row, triple_row
from streams.sink.rows import Row


def decode(record: Record, relations: dict[str, str]) -> Row:
    """Returns a record's row.

    Args:
        record: From the `triples` topic. Its header `ce_type` names the type of its message.
        relations: Relationship types by relation id.

    Raises:
        PoisonError: null-value, unknown-type, missing-field, wrong-field, not-json, or what
            `streams.sink.conversion` raises.
    """
    if record.value is None:
        raise PoisonError("null-value", "the record has no value; to withdraw an article publish it with op: retract")
    kind = (record.header("ce_type") or b"").decode(errors="replace")
    try:
        if kind == CE_TYPES[Triple]:
            return triple_row(Triple.model_validate_json(record.value), relations)
        if kind == CE_TYPES[Document]:
            return document_row(Document.model_validate_json(record.value), record.timestamp_ms)
        if kind == CE_TYPES[Alias]:
            return alias_row(Alias.model_validate_json(record.value), record.timestamp_ms)
        if kind == CE_TYPES[Identity]:
            return identity_row(Identity.model_validate_json(record.value), record.timestamp_ms)
        if kind == CE_TYPES[Story]:
            return story_row(Story.model_validate_json(record.value), record.timestamp_ms)
        if kind == CE_TYPES[Correction]:
            return correction_row(Correction.model_validate_json(record.value), record.timestamp_ms, relations)
    except ValidationError as error:
        raise unreadable(error) from None
    expected = ", ".join(repr(CE_TYPES[event]) for event in (Triple, Document, Alias, Identity, Story, Correction))
    raise PoisonError("unknown-type", f"header ce_type is {kind!r}, expected one of {expected}")
