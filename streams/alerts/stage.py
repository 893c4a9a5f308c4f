"""The alerts stage: reads all of `triples`, in one worker at a time, and publishes on `alerts`.

How many publishers report a thing, and whether it is the first time, depends on all articles, so one worker reads all
partitions (`streams.road.alone`). It publishes by itself, not through the road: an alert may have to wait for a moment,
and quiet hours end without a record.
"""

from collections.abc import Sequence
from pathlib import Path

from streams.alerts.calls import Caller, SecretError
from streams.alerts.reading import Said, read
from streams.alerts.watch_file import WatchFile, WatchFileError
from streams.alerts.work import Work
from streams.road.publisher import KafkaPublisher
from streams.road.stage import ConfigurationError, Item, Output, Record
from topology.ontology import load_ontology
from topology.settings import Settings
from topology.topics import ALERTS_GROUP, TRIPLES


class AlertsStage:
    """Looks out for what the watches name; see `streams.road.stage.Stage` and `streams.road.alone.stage.LoneStage`.

    Args:
        declared: The settings.

    Raises:
        ConfigurationError: There is no file of watches, it cannot be used, or a receiver has no secret.
    """

    name = "alerts"
    topic = TRIPLES
    group = ALERTS_GROUP
    # What is remembered of one batch is durable before the next one is looked at.
    in_flight = 1

    def __init__(self, declared: Settings) -> None:
        if not declared.watch:
            raise ConfigurationError("nothing to watch: set TRIPLEWIRE_WATCH to a YAML file; see docs/alerts.md")
        self.batch_size = declared.batch_size
        self._settings = declared
        self._caller = Caller(declared)
        try:
            self._file = WatchFile(Path(declared.watch), load_ontology(declared.ontology))
            for receiver in self._file.listed.receivers:
                self._caller.secrets.of(receiver)
        except (WatchFileError, SecretError) as error:
            raise ConfigurationError(str(error)) from error
        self._publisher = KafkaPublisher(self.name, declared.kafka)
        self._work: Work | None = None

    async def start(self) -> None:
        """Waits for the broker. What is remembered is restored when the topic is assigned."""
        await self._publisher.start()

    async def stop(self) -> None:
        """Ends what goes on, and closes connections."""
        await self.leave()
        await self._caller.close()
        await self._publisher.stop()

    async def take_over(self) -> None:
        """Begins to work: this worker has been given the topic."""
        await self.leave()
        self._work = Work(self._settings, self._file, self._publisher, self._caller)
        self._work.begin()

    async def leave(self) -> None:
        """Ends working: another worker may be given the topic."""
        work, self._work = self._work, None
        if work:
            await work.leave()

    async def ready(self) -> str:
        """Returns why nothing can be published at the moment, or "" if it can."""
        return self._work.trouble if self._work else ""

    def remarks(self) -> list[str]:
        """Returns what somebody should know: a file that cannot be used, receivers that do not answer."""
        refused = [f"the earlier watches are in use: {self._file.problem}"] if self._file.problem else []
        return refused + (self._work.problems() if self._work else [])

    def parse(self, record: Record) -> Said | None:
        """Reads a record; never raises PoisonError, since the sink reports bad records."""
        return read(record)

    async def process(self, items: Sequence[Item[Said | None]]) -> list[Output]:
        """Takes note of what the records say, and returns nothing: the stage publishes by itself."""
        if self._work:
            await self._work.learn(items)
        return []
