"""The corrections stage: passes each correction on to the topics whose readers act on it.

No stage reads two topics. So what editors correct, which `corrections` keeps for ever, is repeated on `triples`, for
the sink and whoever subscribes, and on `mentions`, for the registry, each time with when it reached `corrections`. To
do it all again, as for a new graph, let this stage's group begin at the first record.
"""

from collections.abc import Sequence

from streams.corrections.erasing import reached
from streams.messages.base import Entity
from streams.messages.correction_events import OF_FACTS, Correction
from streams.messages.json_events import read_event
from streams.messages.outputs import output
from streams.road.stage import Item, Output, PoisonError, Record
from topology.settings import settings
from topology.topics import CORRECTIONS, CORRECTIONS_GROUP, MENTIONS, TRIPLES

CE_SOURCE = "triplewire/corrections"


class CorrectionsStage:
    """Passes corrections on; see `streams.road.stage.Stage`. It remembers nothing, so a repetition is harmless."""

    name = "corrections"
    topic = CORRECTIONS
    group = CORRECTIONS_GROUP
    # In order, so that the last correction of a thing is the last everywhere.
    in_flight = 1

    def __init__(self) -> None:
        """Reads the settings; opens nothing."""
        self.batch_size = settings().batch_size

    async def start(self) -> None:
        """Does nothing."""

    async def stop(self) -> None:
        """Does nothing."""

    async def ready(self) -> str:
        """Always ready: it depends on Kafka alone."""
        return ""

    def parse(self, record: Record) -> Correction:
        """Reads a correction.

        Raises:
            PoisonError: `missing-field`, `wrong-field`, `not-json` and so on; see `streams.messages.json_events`. Or
                `wrong-key`: the topic would keep it under another key than the correction that it is to replace.
        """
        correction = read_event(
            record, Correction, stage=self.name, what="a correction", noun="item", whole="not-a-correction"
        )
        if record.key != correction.id.encode():
            raise PoisonError(
                "wrong-key", f"the key is {record.key!r}, but must be the correction's id, {correction.id}"
            )
        return correction

    async def process(self, items: Sequence[Item[Correction]]) -> list[Output]:
        """Returns the corrections for the topics on which they act."""
        outputs = []
        for item in items:
            correction = item.value.model_copy(update={"at": reached(item.value, item.record)})
            for topic in _topics(correction):
                key = correction.id.encode()
                outputs.append(output(topic, key, correction, correction.id, source=CE_SOURCE, origin=item.record))
        return outputs


def _topics(correction: Correction) -> list[str]:
    """Returns where a correction acts. One that is only withdrawn by its id may be about anything."""
    of_registry = correction.kind is None or (
        correction.kind not in {*OF_FACTS, "class"} and isinstance(correction.subject, Entity)
    )
    return [TRIPLES.name, *([MENTIONS.name] if of_registry else [])]
