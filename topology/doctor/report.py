"""Shows findings: as lines of a given width, or as JSON."""

import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from topology.doctor.finding import Finding, Level

AREA_WIDTH, LEVEL_WIDTH = 9, 6


def must_be_done(findings: Sequence[Finding]) -> int:
    """Returns about how many findings something must be done."""
    return sum(finding.level is Level.DO for finding in findings)


def lines(findings: Sequence[Finding], width: int) -> Iterator[str]:
    """Yields the findings by area; none is wider than `width` unless one word is."""
    before = ""
    for finding in findings:
        area = finding.area if finding.area != before else ""
        before = finding.area
        head = f"{area:<{AREA_WIDTH}}{finding.level.upper():<{LEVEL_WIDTH}}"
        yield from _wrapped(finding.what, head, width)
        if finding.advice:
            yield from _wrapped(f"→ {finding.advice}", " " * len(head), width)
    todo = must_be_done(findings)
    yield f"{todo} to do" if todo else "nothing to do"


def _wrapped(text: str, head: str, width: int) -> list[str]:
    indent = " " * len(head)
    return textwrap.wrap(text, width, initial_indent=head, subsequent_indent=indent, break_long_words=False)


def as_json(findings: Sequence[Finding]) -> str:
    """Returns the findings as a JSON object."""
    return json.dumps(
        {"ok": not must_be_done(findings), "findings": [asdict(finding) for finding in findings]}, indent=2
    )
