"""Runs a stage as a process: configuration, worker id, signals, health, and the road."""

import asyncio
import faulthandler
import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Protocol, runtime_checkable

import structlog
from aiokafka.errors import KafkaError

from streams.presence import Presence, claim
from streams.road import tracing
from streams.road.admission import lacking
from streams.road.alone.stage import LoneStage
from streams.road.exit_codes import BUG_EXIT, CONFIGURATION_EXIT
from streams.road.faust_consumer import FaustConsumer
from streams.road.health import HealthServer
from streams.road.logs import configure_logging
from streams.road.publisher import KafkaPublisher
from streams.road.retry import forever
from streams.road.road import Road, finished_before
from streams.road.stage import ConfigurationError, Stage
from streams.road.supervisor import SUSPECTED, UNSUSPECTED
from topology.access.errors import AccessError
from topology.access.kafka import explained, login_name
from topology.ontology import OntologyError
from topology.rights import RIGHTS, Rights
from topology.settings import misspelt, settings
from topology.topics import Topic

log = structlog.get_logger(__name__)


@runtime_checkable
class Source(Protocol):
    """A worker that is at the beginning of the road: it reads no records, and runs by itself.

    Attributes:
        name: Its name in metrics, logs and dead letters.
        topic: The topic that it keeps its state on.
        group: The consumer group that decides which of several workers is at work.
    """

    name: str
    topic: Topic
    group: str

    async def run(self, stop: asyncio.Event, *, stop_within: float, stuck_after: float) -> None:
        """Runs until `stop` is set; see `Road.run`."""

    async def trouble(self, stuck_after: float) -> list[str]:
        """Returns the reasons why it is unhealthy; empty if it is healthy."""

    def waits(self) -> list[str]:
        """Returns what it waits for, for /health."""


_SEARCH_AFTER = (50_000, 20, 20)
"""New objects before a search of the youngest, and searches of each generation before one of the next; Python's own
choice is 700, 10 and 10."""


def build(name: str) -> Stage[Any] | Source:
    """Returns the stage of a name; imports only what that stage needs."""
    return _BUILDERS[name]()


def _news() -> Stage[Any]:
    from inference.text_extraction.extractor import TextExtractor  # noqa: PLC0415
    from streams.news.stage import NewsStage  # noqa: PLC0415
    from streams.news.terms.keywords import counting_chooser  # noqa: PLC0415

    return NewsStage(TextExtractor.of(settings()), counting_chooser(settings(), NewsStage.topic.name))


def _media() -> Stage[Any]:
    from inference.media.senses import Senses  # noqa: PLC0415
    from streams.media import MediaStage  # noqa: PLC0415
    from streams.media.relation_setup import relations  # noqa: PLC0415

    return MediaStage(Senses(), relations(settings()))


def _entities() -> Stage[Any]:
    from streams.entities.stage import EntitiesStage  # noqa: PLC0415

    return EntitiesStage()


def _sink() -> Stage[Any]:
    from streams.sink import SinkStage  # noqa: PLC0415

    return SinkStage()


def _suggestions() -> Stage[Any]:
    from streams.suggestions import SuggestionsStage  # noqa: PLC0415
    from streams.suggestions.setup import suggester  # noqa: PLC0415

    return SuggestionsStage(suggester(settings()))


def _alerts() -> Stage[Any]:
    from streams.alerts.stage import AlertsStage  # noqa: PLC0415

    return AlertsStage(settings())


def _feeds() -> Source:
    from streams.feeds.worker import FeedsWorker  # noqa: PLC0415

    return FeedsWorker(settings())


def _corrections() -> Stage[Any]:
    from streams.corrections.stage import CorrectionsStage  # noqa: PLC0415

    return CorrectionsStage()


_BUILDERS: dict[str, Callable[[], Stage[Any] | Source]] = {
    "news": _news,
    "media": _media,
    "entities": _entities,
    "sink": _sink,
    "suggestions": _suggestions,
    "alerts": _alerts,
    "feeds": _feeds,
    "corrections": _corrections,
}


def main(name: str, *, lifeline: int | None = None, report: int | None = None) -> int:
    """Builds a stage and runs it; see `run`.

    Returns:
        The exit status.
    """
    try:
        stage = build(name)
    except (AccessError, ConfigurationError, OntologyError, OSError) as error:
        print(f"cannot set up the {name} worker: {error}", file=sys.stderr)  # noqa: T201 - as in `run`
        return CONFIGURATION_EXIT
    except ModuleNotFoundError as error:
        package = "triplewire[media]" if name == "media" else "triplewire"
        print(f"the {name} worker needs {error.name}, which is not installed: pip install '{package}'", file=sys.stderr)  # noqa: T201
        return CONFIGURATION_EXIT
    return run(stage, lifeline=lifeline, report=report)


def run(stage: Stage[Any] | Source, *, lifeline: int | None = None, report: int | None = None) -> int:
    """Runs a stage until SIGTERM, SIGINT or the close of the lifeline.

    Args:
        stage: The stage.
        lifeline: The read end of a pipe whose other end the supervisor holds. When it closes, the supervisor is gone,
            and this process ends too.
        report: The write end of a pipe to the supervisor, who is to know when a record is suspected of killing workers.

    Returns:
        The exit status.
    """
    _search_garbage_less()
    configure_logging()
    tracing.configure(f"triplewire-{stage.name}")
    for line in misspelt():
        log.warning("worker.misspelt_variable", message=line)
    try:
        with claim(stage.name, settings().state) as presence:
            asyncio.run(_run(stage, presence, lifeline, report))
    except (AccessError, ConfigurationError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - for the person who started it, not for the log
        return CONFIGURATION_EXIT
    finally:
        tracing.shutdown()
    return 0


def _search_garbage_less() -> None:
    """Makes Python search less often for objects that refer to each other and to nothing else.

    What a batch is made of is freed as soon as nothing refers to it; there is hardly anything to find, and each search
    goes through what a worker remembers. By default it costs an entities worker a tenth of its time.
    """
    gc.collect()
    gc.freeze()  # what was imported stays
    gc.set_threshold(*_SEARCH_AFTER)


async def _run(stage: Stage[Any] | Source, presence: Presence, lifeline: int | None, report: int | None) -> None:
    declared = settings()
    worker_id = declared.worker_id or presence.worker_id
    stop = asyncio.Event()
    _stop_on_signals(stop)
    if lifeline is not None:
        asyncio.get_running_loop().add_reader(lifeline, stop.set)
    road = stage if isinstance(stage, Source) else _road(stage, worker_id, report)
    health = HealthServer(
        declared.metrics_host,
        declared.metrics_port,
        stage=stage.name,
        trouble=lambda: road.trouble(declared.stuck_after),
        waits=road.waits,
    )
    try:
        presence.announce(declared.metrics_host, await health.start())
    except OSError as error:
        raise ConfigurationError(
            f"cannot listen on {declared.metrics_host}:{declared.metrics_port} ({error.strerror}); "
            "set TRIPLEWIRE_METRICS_PORT to a free port, or to 0 to pick one"
        ) from None
    watch = asyncio.create_task(_end_if_blocked(declared.stuck_after))
    try:
        # /health answers before Kafka does, and says what the worker waits for.
        check = partial(check_topics, stage)
        if not await finished_before(stop, forever(check, step="connect", on=(KafkaError, OSError))):
            return
        log.info("worker.started", stage=stage.name, worker_id=worker_id, kafka=declared.kafka)
        await road.run(stop, stop_within=declared.stop_within, stuck_after=declared.stuck_after)
    finally:
        watch.cancel()
        faulthandler.cancel_dump_traceback_later()
        await health.stop()
    log.info("worker.stopped", stage=stage.name)


def _road(stage: Stage[Any], worker_id: str, report: int | None) -> Road[Any]:
    declared = settings()
    consumer = FaustConsumer(
        stage=stage.name,
        topic=stage.topic.name,
        group=stage.group,
        worker_id=worker_id,
        batch_size=stage.batch_size,
        in_flight=stage.in_flight,
        suspected=_reporter(report),
        alone=stage if isinstance(stage, LoneStage) else None,
    )
    return Road(stage, consumer, KafkaPublisher(stage.name, declared.kafka), batch_target=declared.batch_target_seconds)


def _reporter(report: int | None) -> Callable[[bool], None]:
    """Returns what tells the supervisor whether a record is suspected, so that it starts the worker again sooner."""
    if report is None:
        return lambda _: None
    os.set_blocking(report, False)

    def tell(suspected: bool) -> None:
        with suppress(OSError):
            os.write(report, SUSPECTED if suspected else UNSUSPECTED)

    return tell


async def _end_if_blocked(patience: float) -> None:
    """Ends the process, with every thread's stack in its log, if the event loop is blocked for so many seconds.

    Such a process keeps its partitions, since Faust's own thread goes on, and does nothing. Its death counts like any
    other, so that a record that blocks workers is found.
    """
    while True:
        faulthandler.dump_traceback_later(patience, exit=True)
        await asyncio.sleep(min(patience / 4, 5.0))


def _stop_on_signals(stop: asyncio.Event) -> None:
    def on_signal() -> None:
        if stop.is_set():
            # A second signal: exit at once. Unacknowledged records are delivered again.
            os._exit(BUG_EXIT)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, on_signal)


async def check_topics(stage: Stage[Any] | Source) -> None:
    """Checks that the broker admits us, and that the stage's topics exist and may be used.

    Raises:
        ConfigurationError: The broker refuses us, a topic is missing, or a right.
        KafkaError: The broker does not answer.
        OSError: As before.
    """
    kafka = settings().kafka
    rights = RIGHTS.get(stage.name) or Rights(stage.name, reads=(stage.topic,), group=stage.group)
    try:
        lacks = await lacking(kafka, rights)
    except AccessError as error:
        raise ConfigurationError(str(error)) from None
    except (KafkaError, OSError) as error:
        log.warning("worker.waits_for_kafka", kafka=kafka, reason=await explained(error, kafka))
        raise
    if lacks.topics:
        raise ConfigurationError(
            f"topics missing on {kafka}: {', '.join(lacks.topics)}; run `triplewire topics create`"
        )
    if lacks.rights:
        wanted = ", ".join(f"{acl.operation} on {acl.kind} {acl.name}" for acl in lacks.rights)
        raise ConfigurationError(
            f"Kafka at {kafka} does not grant {login_name(settings())} what the {stage.name} worker needs: {wanted}; "
            "docs/operations.md lists the rights of each client"
        )


if __name__ == "__main__":
    _, name, *rest = sys.argv
    sys.exit(main(name, **dict(zip(("lifeline", "report"), map(int, rest), strict=False))))
