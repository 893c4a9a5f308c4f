"""A stage as a process: identity, signals, health, and the road in between."""

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

from streams.road.faust_source import FaustSource
from streams.road.health import HealthServer
from streams.road.logs import configure_logging
from streams.road.publisher import KafkaPublisher
from streams.road.retry import forever
from streams.road.road import BUG_EXIT, Road, unless
from streams.road.stage import ConfigurationError, Stage
from topology.ontology import OntologyError
from topology.settings import settings
from topology.topics import TOPICS

log = structlog.get_logger(__name__)

CONFIGURATION_EXIT = 78
"""Exit status when only a person can help (EX_CONFIG of sysexits.h); the supervisor does not try again."""

BUGS_ENOUGH = 5
"""After so many deaths of a bug in quick succession, the row that brings it about is looked for and buried."""


def build(name: str) -> Stage[Any]:
    """Returns a stage by name; imports only what that stage needs."""
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
        print(f"the {name} worker cannot be set up: {error}", file=sys.stderr)  # noqa: T201 - as in `run`
        return CONFIGURATION_EXIT
    except ModuleNotFoundError as error:
        package = "triplewire[media]" if name == "media" else "triplewire"
        print(f"the {name} worker lacks {error.name}: pip install '{package}'", file=sys.stderr)  # noqa: T201
        return CONFIGURATION_EXIT
    return run(stage, lifeline=lifeline, bugs=bugs)


def run(stage: Stage[Any], *, lifeline: int | None = None, bugs: int = 0) -> int:
    """Runs a stage until SIGTERM, SIGINT or the end of the lifeline.

    Args:
        stage: The stage.
        lifeline: A pipe's read end; when its other end closes, whoever started us is gone, and so should we be.
        bugs: How often in quick succession a bug has ended this worker.

    Returns:
        The exit status.
    """
    configure_logging()
    identity = settings().worker_id or claim_identity(stage.name)
    try:
        asyncio.run(_run(stage, identity, lifeline, bury_bugs=bugs >= BUGS_ENOUGH))
    except ConfigurationError as error:
        print(error, file=sys.stderr)  # noqa: T201 - for whoever started it, not for the log
        return CONFIGURATION_EXIT
    return 0


async def _run(stage: Stage[Any], identity: str, lifeline: int | None, *, bury_bugs: bool) -> None:
    declared = settings()
    stop = asyncio.Event()
    _stop_on_signals(stop)
    if lifeline is not None:
        asyncio.get_running_loop().add_reader(lifeline, stop.set)
    if not await unless(stop, forever(check_topics, step="connect", on=(KafkaError, OSError))):
        return
    source = FaustSource(
        stage=stage.name,
        topic=stage.topic.name,
        group=stage.group,
        worker_id=identity,
        batch_size=stage.batch_size,
    )
    road = Road(stage, source, KafkaPublisher(stage.name, declared.kafka), bury_bugs=bury_bugs)
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
            "set TRIPLEWIRE_METRICS_PORT to a free port, or 0 to have one picked"
        ) from None
    log.info("worker.started", stage=stage.name, identity=identity, kafka=declared.kafka)
    try:
        await road.run(stop, stop_within=declared.stop_within)
    finally:
        await health.stop()
    log.info("worker.stopped", stage=stage.name)


def _stop_on_signals(stop: asyncio.Event) -> None:
    def on_signal() -> None:
        if stop.is_set():
            # Asked twice: go at once. What was not acknowledged comes again.
            os._exit(BUG_EXIT)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, on_signal)


async def check_topics() -> None:
    """Checks that every topic is there: Faust would wait for a missing one for ever and call itself ready.

    Raises:
        ConfigurationError: Some are missing.
        KafkaError: The broker does not answer.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=settings().kafka)
    try:
        await admin.start()
        present = set(await admin.list_topics())
    finally:
        await admin.close()
    if missing := sorted({topic.name for topic in TOPICS} - present):
        raise ConfigurationError(f"missing on {settings().kafka}: {', '.join(missing)}; run `triplewire topics create`")


def claim_identity(stage: str) -> str:
    """Returns a member id that is this worker's alone on this host, and the same again after a restart.

    With the same id a restarted worker takes its partitions up again without a rebalance. The lowest free number is
    taken; it is held by a file lock for as long as the process lives.
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
