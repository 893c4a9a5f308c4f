"""Distributed tracing: one trace for each article, from its publication to the graph's commit.

The trace context travels in Kafka headers, as W3C Trace Context prescribes (https://www.w3.org/TR/trace-context/). A
record's span is the child of the span that published the record. A batch mixes records of many traces, so it has a span
of its own that links to them, and what is done for the batch as a whole (a request to Triton, a transaction) is below
that.

Spans are made only if a standard variable names where to send them, and the extra `tracing` is installed
(`spans`). Without them the context of a record is passed on to everything made of it all the same, and its trace id is
in log lines and dead letters.
"""

import os
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import Context, ContextVar, copy_context
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog

from streams.road.stage import Output, Record
from streams.road.tracing.context import TRACEPARENT, TRACESTATE, TraceContext
from streams.road.wire.error_headers import PREFIX

if TYPE_CHECKING:
    from streams.road.tracing.spans import Spans

log = structlog.get_logger(__name__)

TRACE = f"{PREFIX}trace"
"""Header of a dead letter: the trace id of the record."""

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
"""Standard variables, one of which switches tracing on."""

IDS_SHOWN = 16
"""Trace ids in a log line about a batch; a batch may have thousands."""

_handled: ContextVar[tuple[str, ...]] = ContextVar("triplewire_trace_ids", default=())
_spans: "Spans | None" = None


class BatchTrace:
    """The traces of a batch's records, from the moment it is taken until it is acknowledged."""

    def __init__(self, stage: str, topic: str, group: str, records: Sequence[Record]) -> None:
        """Begins a span for the batch and one for each record, if spans are made at all.

        Args:
            stage: The stage's name.
            topic: The topic that the records were read from.
            group: The consumer group.
            records: The records.
        """
        came = {record: TraceContext.of(record) for record in records}
        self._spans = _spans.batch(stage, topic, group, came) if _spans else None
        self._contexts = self._spans.contexts if self._spans else came

    def context(self) -> Context:
        """Returns a context in which log lines name the batch's traces and further spans are below the batch's."""
        context = copy_context()
        context.run(_handled.set, self._ids())
        if self._spans:
            context.run(self._spans.attach)
        return context

    @contextmanager
    def logged(self) -> Iterator[None]:
        """Makes log lines inside the block name the batch's traces."""
        token = _handled.set(self._ids())
        try:
            yield
        finally:
            _handled.reset(token)

    def carried(self, outputs: Sequence[Output]) -> list[Output]:
        """Returns outputs with the trace context of the record that each was made from."""
        return [self._carried(output) for output in outputs]

    def letters(self, letters: Sequence[Output]) -> list[Output]:
        """Returns dead letters with the trace id of the record of each, and marks that record's span as failed."""
        marked = []
        for letter in letters:
            if self._spans:
                self._spans.failed(letter.origin, dict(letter.headers))
            trace_id = self._contexts.get(letter.origin, _NONE).trace_id
            headers = (*letter.headers, (TRACE, trace_id.encode())) if trace_id else letter.headers
            marked.append(replace(letter, headers=headers))
        return marked

    def trace_id(self, record: Record) -> str:
        """Returns the trace id of a record; empty if it is in no trace."""
        return self._contexts.get(record, _NONE).trace_id

    def end(self) -> None:
        """Ends the spans: everything of the batch is acknowledged."""
        if self._spans:
            self._spans.end()

    def _carried(self, output: Output) -> Output:
        context = self._contexts.get(output.origin, _NONE)
        if not context.headers:
            return output
        own = [(name, value) for name, value in output.headers if name not in {TRACEPARENT, TRACESTATE}]
        return replace(output, headers=(*own, *context.headers))

    def _ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(context.trace_id for context in self._contexts.values() if context.trace_id))


_NONE = TraceContext()


@contextmanager
def handling(record: Record) -> Iterator[None]:
    """Makes log lines inside the block name the trace of one record of a batch, and puts further spans below it."""
    trace_id = _spans.trace_id(record) if _spans else TraceContext.of(record).trace_id
    token = _handled.set((trace_id,) if trace_id else ())
    try:
        with _spans.under(record) if _spans else nullcontext():
            yield
    finally:
        _handled.reset(token)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Makes a span of a step that is done for the whole batch (`extract`, `write`, `publish`), if spans are made."""
    if _spans is None:
        yield
        return
    with _spans.step(name):
        yield


def published(topic: str) -> "Publication":
    """Returns the beginning of a trace: a record that is about to be published and was made from no other."""
    return Publication(_spans.publication(topic) if _spans else None)


class Publication:
    """A record on its way to the broker.

    Attributes:
        headers: The headers to publish it with; empty if no spans are made.
    """

    def __init__(self, span: Any = None) -> None:
        """Takes the span that `streams.road.tracing.spans` made, if any."""
        self._span = span
        self.headers: list[tuple[str, bytes]] = _spans.headers(span) if _spans and span is not None else []

    def end(self, *_: object) -> None:
        """Ends the span; may be given to a future as a callback."""
        if self._span is not None:
            self._span.end()


def add_trace_ids(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Adds the ids of the traces at hand to a log line; a processor of structlog."""
    if "trace_id" not in event and (ids := shown()):
        event["trace_id"] = ids
    return event


def shown() -> str:
    """Returns the ids of the traces at hand, separated by commas; of a large batch the first ones and how many more."""
    ids = _handled.get()
    more = f",+{len(ids) - IDS_SHOWN}" if len(ids) > IDS_SHOWN else ""
    return ",".join(ids[:IDS_SHOWN]) + more


def wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Returns whether the standard variables switch tracing on."""
    off = (
        environment.get("OTEL_SDK_DISABLED", "").lower() == "true" or environment.get("OTEL_TRACES_EXPORTER") == "none"
    )
    return not off and any(environment.get(name) for name in ENDPOINTS)


def configure(service: str) -> None:
    """Begins to send spans, if the standard variables name where to.

    Args:
        service: The service's name (`triplewire-news`), unless the standard variables give another.
    """
    global _spans  # noqa: PLW0603 - one for the process, like its log
    if _spans is not None or not wanted():
        return
    try:
        from streams.road.tracing.spans import Spans  # noqa: PLC0415 - from the extra `tracing`
    except ModuleNotFoundError as error:
        log.warning("tracing.off", missing=error.name, advice="pip install 'triplewire[tracing]'")
        return
    _spans = Spans(service)
    log.info("tracing.on", endpoint=next(os.environ[name] for name in ENDPOINTS if os.environ.get(name)))


def shutdown() -> None:
    """Sends what is left and ends tracing; takes a few seconds at most."""
    global _spans
    spans, _spans = _spans, None
    if spans is not None:
        spans.shutdown()
