"""Values as found in a text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FoundValue:
    """A date or quantity with only one possible meaning.

    Attributes:
        start: First character.
        end: One past the last.
        value: In the datatype's lexical form: `2026-03-04`, `3200000000`.
        datatype: `xsd:date`, `xsd:gYearMonth`, `xsd:gYear`, `xsd:decimal`, or `edtf` (ISO 8601-2: intervals, decades).
        unit: Of a quantity: `USD` (ISO 4217), `km`, `%`, or the noun that is counted.
        qualifier: How the text limits it: "", `about`, `at least` or `at most`.
    """

    start: int
    end: int
    value: str
    datatype: str
    unit: str = ""
    qualifier: str = ""


def without_overlaps(found: list[FoundValue]) -> list[FoundValue]:
    """Returns values in reading order; of overlapping ones the first, or the longer of two with the same start."""
    kept: list[FoundValue] = []
    for value in sorted(found, key=lambda v: (v.start, -v.end)):
        if not kept or value.start >= kept[-1].end:
            kept.append(value)
    return kept
