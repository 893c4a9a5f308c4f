"""Reads JSON events of publishers, with a clear reason for each that cannot be read.

Unknown fields are counted and ignored, so that publishers may add fields before we know them. All else is strict.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

import orjson
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from streams.messages.base import Event
from streams.road.metrics import UNKNOWN_FIELDS
from streams.road.stage import PoisonError, Record

E = TypeVar("E", bound=Event)


def read_event(record: Record, model: type[E], *, stage: str, what: str, noun: str, whole: str) -> E:
    """Reads a publisher's event.

    Args:
        record: The record; its key is ignored.
        model: The class of the event.
        stage: The stage that reads, for the count of unknown fields.
        what: The event's name in messages: `a media item`.
        noun: The same in one word that begins with a vowel: `item`.
        whole: The reason if the event as a whole is invalid, other than because of a NUL character.

    Raises:
        PoisonError: `null-value`, `not-utf8`, `not-json`, `lone-surrogate`, `not-an-object`, `missing-field`,
            `wrong-field`, `nul-character`, or `whole`.
    """
    if record.value is None:
        raise PoisonError("null-value", f"the record has no value; to withdraw an {noun}, publish it with op: retract")
    fields = _object(record.value, what)
    if unknown := fields.keys() - model.model_fields.keys():
        UNKNOWN_FIELDS.labels(stage).inc(len(unknown))
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise _explained(error, noun, whole) from None


def unreadable(error: ValidationError) -> PoisonError:
    """Returns why one of our own messages cannot be read: `not-json`, `missing-field` or `wrong-field`."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    reason = {"json_invalid": "not-json", "missing": "missing-field"}.get(details[0]["type"], "wrong-field")
    return PoisonError(reason, _listed(details, "value"))


def _object(value: bytes, what: str) -> dict[str, Any]:
    # orjson rejects NaN, lone surrogates and bytes that are not UTF-8.
    try:
        fields = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        try:
            value.decode()
        except UnicodeDecodeError as undecodable:
            raise PoisonError("not-utf8", f"the value is not UTF-8: {undecodable}") from None
        if "surrogate" in str(error):
            raise PoisonError("lone-surrogate", f"an escape sequence is half of a surrogate pair: {error}") from None
        raise PoisonError("not-json", f"the value is not JSON: {error}") from None
    if not isinstance(fields, dict):
        raise PoisonError("not-an-object", f"{what} must be a JSON object, not {_kind(fields)}")
    return fields


def _explained(error: ValidationError, noun: str, whole: str) -> PoisonError:
    details = error.errors(include_url=False, include_input=False, include_context=False)
    first = details[0]
    message = _listed(details, noun)
    if first["type"] == "missing":
        return PoisonError("missing-field", message)
    if first["type"] == "value_error" and "NUL" in first["msg"]:
        return PoisonError("nul-character", message)
    if first["type"] == "value_error" and not first["loc"]:
        return PoisonError(whole, message)
    return PoisonError("wrong-field", message)


def _listed(details: Sequence[ErrorDetails], whole: str) -> str:
    """Returns the first mistakes on one line; `whole` is the name of what is wrong as a whole."""
    return "; ".join(
        f"{'.'.join(map(str, detail['loc'])) or whole}: {detail['msg'].removeprefix('Value error, ')}"
        for detail in details[:5]
    )


def _kind(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
