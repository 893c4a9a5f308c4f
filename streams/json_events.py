"""Reading JSON events off the wire, with a clear reason for each that cannot be read."""

from collections.abc import Callable
from typing import Any

import orjson
from pydantic import ValidationError

from streams.stage import PoisonError


def json_object(value: bytes, what: str) -> dict[str, Any]:
    """Reads a JSON object; orjson takes no NaN, no lone surrogates, no bytes that are not UTF-8.

    Args:
        value: A record's value.
        what: What it should be, for the message: `an article`.

    Raises:
        PoisonError: not-utf8, not-json, lone-surrogate or not-an-object.
    """
    try:
        fields = orjson.loads(value)
    except orjson.JSONDecodeError as error:
        try:
            value.decode()
        except UnicodeDecodeError as undecodable:
            raise PoisonError("not-utf8", f"the value is not UTF-8: {undecodable}") from None
        if "surrogate" in str(error):
            raise PoisonError("lone-surrogate", f"an escape names half a character: {error}") from None
        raise PoisonError("not-json", f"the value is not JSON: {error}") from None
    if not isinstance(fields, dict):
        raise PoisonError("not-an-object", f"{what} is a JSON object, this is {_kind(fields)}")
    return fields


def explained(error: ValidationError, what: str, whole: Callable[[str], str]) -> PoisonError:
    """Returns why an event does not fit its model: missing-field, wrong-field, or what `whole` says.

    Args:
        error: What pydantic says.
        what: What the event is, for the message: `article`.
        whole: Returns the reason for a complaint about no single field.
    """
    details = error.errors(include_url=False, include_input=False, include_context=False)
    first = details[0]
    message = "; ".join(
        f"{'.'.join(map(str, detail['loc'])) or what}: {detail['msg'].removeprefix('Value error, ')}"
        for detail in details[:5]
    )
    if first["type"] == "missing":
        return PoisonError("missing-field", message)
    if first["type"] == "value_error" and not first["loc"]:
        return PoisonError(whole(first["msg"]), message)
    return PoisonError("wrong-field", message)


def _kind(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
