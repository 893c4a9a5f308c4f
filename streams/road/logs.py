"""A worker's log: our lines as key=value pairs, the libraries' from warnings on, and none a thousand times."""

import logging
import sys
import time

import structlog

REPEAT_AFTER = 10.0
"""Seconds in which a library says a thing once: aiokafka says ten times a second that the broker is away."""


class Once(logging.Filter):
    """Lets the same message of the same logger through once in a while, with a count of those held back."""

    def __init__(self) -> None:
        super().__init__()
        self._held: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Returns whether the record is to be written."""
        what = (record.name, str(record.msg))
        now = time.monotonic()
        said, held = self._held.get(what, (-REPEAT_AFTER, 0))
        if now - said < REPEAT_AFTER:
            self._held[what] = (said, held + 1)
            return False
        if held:
            record.msg = f"{record.msg} (and {held} times before)"
        self._held[what] = (now, 0)
        return True


def configure_logging() -> None:
    """Sends every log line to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Once())
    logging.basicConfig(
        handlers=[handler], level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
