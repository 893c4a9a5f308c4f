"""Values as RDF literals: with the datatype that they say they have, if they are valid for it."""

import re
from collections.abc import Callable
from datetime import datetime

from streams.exports.days import day_of

EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"
WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
XSD = "http://www.w3.org/2001/XMLSchema#"

_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII)


def _is_time(text: str) -> bool:
    try:
        return bool(_TIME.fullmatch(text) and datetime.fromisoformat(text[:19]))
    except ValueError:
        return False


def _is_day(datatype: str) -> Callable[[str], bool]:
    return lambda text: (day := day_of(text)) is not None and day.datatype == datatype


_VALID: dict[str, Callable[[str], object]] = {
    "xsd:date": _is_day("xsd:date"),
    "xsd:gYearMonth": _is_day("xsd:gYearMonth"),
    "xsd:gYear": _is_day("xsd:gYear"),
    "xsd:dateTime": _is_time,
    "xsd:decimal": _DECIMAL.fullmatch,
    "xsd:integer": _INTEGER.fullmatch,
}
_OTHERS = {"edtf": EDTF, "geo:wktLiteral": WKT}


def datatype_of(value: str, declared: str) -> str | None:
    """Returns the IRI of a value's datatype; None for a plain text, also if the value is not valid for its datatype."""
    if declared in _OTHERS:
        return _OTHERS[declared]
    valid = _VALID.get(declared)
    return XSD + declared.removeprefix("xsd:") if valid and valid(value) else None
