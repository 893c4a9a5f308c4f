"""Where a record stands in its trace, as its headers say."""

import re
from dataclasses import dataclass

from streams.road.stage import Headers, Record

TRACEPARENT, TRACESTATE = "traceparent", "tracestate"

LONGEST_STATE = 512
"""Characters of `tracestate` that must be passed on; a longer one is left out."""

_PARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class TraceContext:
    """Where a record stands in its trace.

    Attributes:
        headers: The headers that carry it; empty if the record is in no trace.
        trace_id: 32 hexadecimal digits; empty if it is in none.
    """

    headers: Headers = ()
    trace_id: str = ""

    @classmethod
    def of(cls, record: Record) -> "TraceContext":
        """Reads a record's headers. What does not follow the standard counts as none."""
        parent = (record.header(TRACEPARENT) or b"").decode("ascii", "replace")
        found = _PARENT.fullmatch(parent)
        if not found or (parent.startswith("00") and found[2]):
            return cls()
        state = record.header(TRACESTATE)
        carried = ((TRACESTATE, state),) if state and len(state) <= LONGEST_STATE else ()
        return cls(((TRACEPARENT, parent.encode()), *carried), found[1])
