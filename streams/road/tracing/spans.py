"""OpenTelemetry's spans of batches, records and publications: the only module that imports the extra `tracing`.

Where spans go, how many are kept and what the service is called is decided by OpenTelemetry's standard variables
(https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). Attributes follow its conventions
for messaging.
"""

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from opentelemetry import context as current
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from streams.road.stage import Record
from streams.road.tracing.context import TraceContext
from streams.road.wire.error_headers import PREFIX

SHUTDOWN_WITHIN = 3.0
"""Seconds that the last spans may take; a collector that does not answer must not hold up the end of a worker."""

MOST_LINKS = 2048
"""Links of a batch; the standard's default of 128 would drop most of a large one."""

_PROPAGATOR = TraceContextTextMapPropagator()


class Spans:
    """Makes spans and sends them over OTLP (HTTP, protobuf)."""

    def __init__(self, service: str) -> None:
        """Reads the standard variables; sends from a thread of its own.

        Args:
            service: The service's name, unless the variables give one.
        """
        os.environ.setdefault("OTEL_SPAN_LINK_COUNT_LIMIT", str(MOST_LINKS))
        # `create` reads OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME, which come before ours.
        named = Resource.create({}).attributes.get(SERVICE_NAME, "unknown_service")
        own = {SERVICE_NAME: service} if str(named).startswith("unknown_service") else {}
        self._provider = TracerProvider(resource=Resource.create(own), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("triplewire")
        self._records: dict[Record, Span] = {}

    def publication(self, topic: str) -> Span:
        """Begins the span of a record that is published; it has no parent."""
        attributes = {"messaging.system": "kafka", "messaging.destination.name": topic}
        return self._tracer.start_span(
            f"publish {topic}", current.Context(), kind=SpanKind.PRODUCER, attributes=attributes
        )

    def headers(self, span: Span) -> list[tuple[str, bytes]]:
        """Returns the headers that make a record the child of a span."""
        carrier: dict[str, str] = {}
        _PROPAGATOR.inject(carrier, trace.set_span_in_context(span, current.Context()))
        return [(name, value.encode()) for name, value in carrier.items()]

    def batch(self, stage: str, topic: str, group: str, came: Mapping[Record, TraceContext]) -> "BatchSpans":
        """Begins the spans of a batch and its records."""
        attributes: dict[str, str | int] = {
            "messaging.system": "kafka",
            "messaging.destination.name": topic,
            "messaging.consumer.group.name": group,
        }
        records: dict[Record, Span] = {}
        for record, context in came.items():
            carrier = {name: (value or b"").decode("ascii", "replace") for name, value in context.headers}
            place: dict[str, str | int] = {
                "messaging.destination.partition.id": str(record.partition),
                "messaging.kafka.offset": record.offset,
                "messaging.kafka.message.key": (record.key or b"").decode(errors="replace"),
            }
            records[record] = self._tracer.start_span(
                f"{stage} {topic}",
                _PROPAGATOR.extract(carrier, current.Context()),
                kind=SpanKind.CONSUMER,
                attributes=attributes | place,
            )
        whole = self._tracer.start_span(
            f"{stage} batch",
            current.Context(),
            kind=SpanKind.CONSUMER,
            links=[Link(span.get_span_context()) for span in records.values()],
            attributes=attributes | {"messaging.batch.message_count": len(records)},
        )
        for span in records.values():
            span.add_link(whole.get_span_context())
        self._records |= records
        return BatchSpans(self, whole, records)

    def trace_id(self, record: Record) -> str:
        """Returns the trace id of a record that is being handled; empty if it is not."""
        span = self._records.get(record)
        return trace.format_trace_id(span.get_span_context().trace_id) if span else ""

    @contextmanager
    def under(self, record: Record) -> Iterator[None]:
        """Makes the span of a record that is being handled the current one."""
        span = self._records.get(record)
        if span is None:
            yield
            return
        with trace.use_span(span, end_on_exit=False, record_exception=False, set_status_on_exception=False):
            yield

    def forget(self, records: Sequence[Record]) -> None:
        """Forgets records that are no longer handled."""
        for record in records:
            self._records.pop(record, None)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Makes a span below the current one; without one, none, since it would belong to nothing."""
        if not trace.get_current_span().get_span_context().is_valid:
            yield
            return
        with self._tracer.start_as_current_span(name):
            yield

    def shutdown(self) -> None:
        """Sends what is left, within a few seconds."""
        ending = threading.Thread(target=self._provider.shutdown, daemon=True)
        ending.start()
        ending.join(SHUTDOWN_WITHIN)


class BatchSpans:
    """The spans of one batch.

    Attributes:
        contexts: By record: the context of its span, which everything made of the record carries on.
    """

    def __init__(self, spans: Spans, whole: Span, records: dict[Record, Span]) -> None:
        """Takes spans that have begun."""
        self._spans = spans
        self._whole = whole
        self._records = records
        self.contexts = {
            record: TraceContext(tuple(spans.headers(span)), trace.format_trace_id(span.get_span_context().trace_id))
            for record, span in records.items()
        }

    def attach(self) -> None:
        """Makes the batch's span the current one."""
        current.attach(trace.set_span_in_context(self._whole, current.Context()))

    def failed(self, record: Record, headers: Mapping[str, bytes | None]) -> None:
        """Marks a record as refused, with the reason of its dead letter."""
        if span := self._records.get(record):
            reason = (headers.get(f"{PREFIX}exception") or b"").decode(errors="replace")
            span.set_attribute("error.type", reason)
            span.set_status(Status(StatusCode.ERROR, reason))

    def end(self) -> None:
        """Ends all spans."""
        for span in self._records.values():
            span.end()
        self._whole.end()
        self._spans.forget(list(self._records))
