"""Runs a stage as a process: configuration, worker id, signals, health, and the road."""

import asyncio
import fcntl
import os
import signal
import socket
import sys
from typing import IO, Any

import structlog
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.road import tracing
from streams.road.exit_codes import BUG_EXIT, CONFIGURATION_EXIT
from streams.road.faust_consumer import FaustConsumer
from streams.road.health import HealthServer
from streams.road.logs import configure_logging
from streams.road.publisher import KafkaPublisher
from streams.road.retry import forever
from streams.road.road import Road, finished_before
from streams.road.stage import ConfigurationError, Stage
from topology.ontology import OntologyError
from topology.settings import settings
from topology.topics import TOPICS

log = structlog.get_logger(__name__)

BUGS_UNTIL_BURIED = 5
"""After this many bugs in quick succession, the road sends the record that triggers the bug to dead-letters."""


def build(name: str) -> Stage[Any]:
    """Returns the stage of a name; imports only what that stage needs."""
    if name == "news":
        from inference.text_extraction.extractor import TextExtractor  # noqa: PLC0415
        from streams.news.stage import NewsStage  # noqa: PLC0415
        from streams.news.terms.keywords import counting_chooser  # noqa: PLC0415

        return NewsStage(TextExtractor.of(settings()), counting_chooser(settings(), NewsStage.topic.name))
    if name == "entities":
        from streams.entities.stage import EntitiesStage  # noqa: PLC0415

        return EntitiesStage()
    if name == "media":
        from inference.media.senses import Senses  # noqa: PLC0415
        from streams.media import MediaStage  # noqa: PLC0415
        from streams.media.relation_setup import relations  # noqa: PLC0415

        return MediaStage(Senses(), relations(settings()))
    if name == "suggestions":
        from streams.suggestions import SuggestionsStage  # noqa: PLC0415
        from streams.suggestions.setup import suggester  # noqa: PLC0415

        return SuggestionsStage(suggester(settings()))
    from streams.sink import SinkStage  # noqa: PLC0415

    return SinkStage()


def main(name: str, *, lifeline: int | None = None, bugs: int = 0) -> int:
    """Builds a stage and runs it; see `run`.

    Returns:
        The exit status.
    """
    try:
        stage = build(name)
    except (OntologyError, OSError) as error:
        print(f"cannot set up the {name} worker: {error}", file=sys.stderr)  # noqa: T201 - as in `run`
        return CONFIGURATION_EXIT
    except ModuleNotFoundError as error:
        package = "triplewire[media]" if name == "media" else "triplewire"
        print(f"the {name} worker needs {error.name}, which is not installed: pip install '{package}'", file=sys.stderr)  # noqa: T201
        return CONFIGURATION_EXIT
    return run(stage, lifeline=lifeline, bugs=bugs)


def run(stage: Stage[Any], *, lifeline: int | None = None, bugs: int = 0) -> int:
    """Runs a stage until SIGTERM, SIGINT or the close of the lifeline.

    Args:
        stage: The stage.
        lifeline: The read end of a pipe whose other end the supervisor holds. When it closes, the supervisor is gone,
            and this process ends too.
        bugs: How many bugs have ended this worker in quick succession; only our own supervisor counts them.

    Returns:
        The exit status.
    """
    configure_logging()
    tracing.configure(f"triplewire-{stage.name}")
    worker_id = settings().worker_id or claim_worker_id(stage.name)
    try:
        asyncio.run(_run(stage, worker_id, lifeline, bury_bugs=bugs >= BUGS_UNTIL_BURIED))
    except ConfigurationError as error:
        print(error, file=sys.stderr)  # noqa: T201 - for the person who started it, not for the log
        return CONFIGURATION_EXIT
    finally:
        tracing.shutdown()
    return 0


async def _run(stage: Stage[Any], worker_id: str, lifeline: int | None, *, bury_bugs: bool) -> None:
    declared = settings()
    stop = asyncio.Event()
    _stop_on_signals(stop)
    if lifeline is not None:
        asyncio.get_running_loop().add_reader(lifeline, stop.set)
    if not await finished_before(stop, forever(check_topics, step="connect", on=(KafkaError, OSError))):
        return
    consumer = FaustConsumer(
        stage=stage.name,
        topic=stage.topic.name,
        group=stage.group,
        worker_id=worker_id,
        batch_size=stage.batch_size,
    )
    road = Road(stage, consumer, KafkaPublisher(stage.name, declared.kafka), bury_bugs=bury_bugs)
    health = HealthServer(
        declared.metrics_host,
        declared.metrics_port,
        stage=stage.name,
        trouble=lambda: road.trouble(declared.stuck_after),
    )
    try:
        await health.start()
    except OSError as error:
        raise ConfigurationError(
            f"cannot listen on {declared.metrics_host}:{declared.metrics_port} ({error.strerror}); "
            "set TRIPLEWIRE_METRICS_PORT to a free port, or to 0 to pick one"
        ) from None
    log.info("worker.started", stage=stage.name, worker_id=worker_id, kafka=declared.kafka)
    try:
        await road.run(stop, stop_within=declared.stop_within)
    finally:
        await health.stop()
    log.info("worker.stopped", stage=stage.name)


def _stop_on_signals(stop: asyncio.Event) -> None:
    def on_signal() -> None:
        if stop.is_set():
            # A second signal: exit at once. Unacknowledged records are delivered again.
            os._exit(BUG_EXIT)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, on_signal)


async def check_topics() -> None:
    """Checks that every topic exists: Faust would wait forever for a missing one and report itself ready.

    Raises:
        ConfigurationError: A topic is missing.
        KafkaError: The broker does not answer.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=settings().kafka)
    try:
        await admin.start()
        present = set(await admin.list_topics())
    finally:
        await admin.close()
    if missing := sorted({topic.name for topic in TOPICS} - present):
        raise ConfigurationError(
            f"topics missing on {settings().kafka}: {', '.join(missing)}; run `triplewire topics create`"
        )


def claim_worker_id(stage: str) -> str:
    """Returns an id that no other worker on this host has, and that this one gets again after a restart.

    With the same id a restarted worker resumes its partitions without a rebalance. The id contains the lowest free
    number, which a file lock reserves for as long as the process lives.
    """
    host = socket.gethostname()
    folder = settings().state / "workers"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return f"{host}-{stage}-{os.getpid()}"
    number = 0
    while True:
        lock = (folder / f"{stage}-{number}.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            number += 1
        else:
            _held.append(lock)
            return f"{host}-{stage}-{number}"


_held: list[IO[str]] = []


if __name__ == "__main__":
    _, name, *rest = sys.argv
    sys.exit(main(name, **dict(zip(("lifeline", "bugs"), map(int, rest), strict=False))))
