"""Reading a record of the `triples` topic, with a clear reason for each that cannot be read."""

from pydantic import ValidationError

from streams.messages.cloud_events import CE_TYPES
from streams.messages.events import Alias, Document, Identity, Triple
from streams.road.stage import PoisonError, Record
from streams.sink.rows import Row, claim, decision, item, page


def decode(record: Record, relations: dict[str, str]) -> Row:
    """Returns a record as the graph will hold it.

    Args:
        record: From the `triples` topic. Its header `ce_type` says what it is.
        relations: Relationship types by relation id.

    Raises:
        PoisonError: null-value, unknown-type, nul-character, missing-field, wrong-field, not-json, wrong-fact-id or
            out-of-range.
    """
    if record.value is None:
        raise PoisonError("null-value", "the record has no value; to withdraw an article publish it with op: retract")
    kind = (record.header("ce_type") or b"").decode(errors="replace")
    try:
        if kind == CE_TYPES[Triple]:
            return claim(Triple.model_validate_json(record.value), relations)
        if kind == CE_TYPES[Document]:
            return page(Document.model_validate_json(record.value))
        if kind == CE_TYPES[Alias]:
            return decision(Alias.model_validate_json(record.value), record.timestamp_ms)
        if kind == CE_TYPES[Identity]:
            return item(Identity.model_validate_json(record.value))
    except ValidationError as error:
        raise _explained(error) from None
    expected = ", ".join(repr(CE_TYPES[event]) for event in (Triple, Document, Alias, Identity))
    raise PoisonError("unknown-type", f"header ce_type is {kind!r}, expected one of {expected}")


def _explained(error: ValidationError) -> PoisonError:
    details = error.errors(include_url=False, include_input=False, include_context=False)
    first = details[0]["type"]
    reason = {"json_invalid": "not-json", "missing": "missing-field"}.get(first, "wrong-field")
    return PoisonError(reason, "; ".join(f"{'.'.join(map(str, d['loc'])) or 'value'}: {d['msg']}" for d in details[:5]))
