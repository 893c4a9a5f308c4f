"""Reads a record of `triples`."""

from pydantic import ValidationError

from streams.messages.cloud_events import CE_TYPES
from streams.messages.events import Alias, Document, Triple
from streams.road.stage import Record

Said = Document | Triple | Alias

_MODELS: dict[str, type[Said]] = {CE_TYPES[model]: model for model in (Document, Triple, Alias)}


def read(record: Record) -> Said | None:
    """Returns what a record says; None if it is nothing to look at.

    Records that cannot be read count as nothing: the sink sends those to dead-letters.
    """
    model = _MODELS.get((record.header("ce_type") or b"").decode(errors="replace"))
    try:
        return model.model_validate_json(record.value or b"") if model else None
    except ValidationError:
        return None
