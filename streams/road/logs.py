"""A worker's log: our own lines as key=value pairs, and the libraries' warnings without their repetitions."""

import logging
import sys
import time

import structlog

from streams.road.tracing import add_trace_ids, shown

REPEAT_AFTER = 10.0
"""Seconds in which a library's message is logged once: aiokafka reports a missing broker ten times a second."""


class RepeatFilter(logging.Filter):
    """Passes the same message of the same logger once in `REPEAT_AFTER`, with a count of those dropped before."""

    def __init__(self) -> None:
        super().__init__()
        self._passed: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Returns whether to log the record."""
        what = (record.name, str(record.msg))
        now = time.monotonic()
        last, dropped = self._passed.get(what, (-REPEAT_AFTER, 0))
        if now - last < REPEAT_AFTER:
            self._passed[what] = (last, dropped + 1)
            return False
        if dropped:
            record.msg = f"{record.msg} (and {dropped} times before)"
        self._passed[what] = (now, 0)
        return True


def _with_trace(record: logging.LogRecord) -> bool:
    ids = shown()
    record.trace = f" trace_id={ids}" if ids else ""
    return True


def configure_logging() -> None:
    """Sends every log line to stderr. A line about a record names its trace, if it is in one."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(RepeatFilter())
    handler.addFilter(_with_trace)
    logging.basicConfig(
        handlers=[handler], level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s%(trace)s"
    )
    structlog.configure(
        processors=[
            add_trace_ids,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
