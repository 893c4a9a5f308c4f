"""A news, sink or suggestions worker whose models are rules, for the live test of suggestions.

Arguments: the stage, a folder for what it has to remember across restarts, and what the supervisor adds.
The suggestions worker is killed twice: once when it has written and not published, once when it has published and not
acknowledged.
"""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from streams.news.stage import NewsStage
from streams.road.faust_consumer import FaustConsumer
from streams.road.road import Delivery
from streams.road.stage import Item, Output
from streams.sink import SinkStage
from streams.suggestions import SuggestionsStage
from streams.suggestions.changed import Change
from streams.worker import run
from tests.streams.doubles import WordExtractor
from tests.streams.suggestions.doubles import suggester
from topology.ontology import load_ontology
from topology.settings import settings


def die_once(memory: Path, when: str) -> None:
    mark = memory / when
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)


class DyingStage(SuggestionsStage):
    def __init__(self, memory: Path) -> None:
        super().__init__(suggester(load_ontology(settings().ontology)))
        self._memory = memory

    async def process(self, items: Sequence[Item[Change | None]]) -> list[Output]:
        outputs = await super().process(items)
        if outputs:
            die_once(self._memory, "written")
            (self._memory / "sent").touch()
        return outputs


def dying_source(memory: Path) -> None:
    acknowledge = FaustConsumer.acknowledge

    async def dying(self: FaustConsumer, deliveries: Sequence[Delivery]) -> None:
        if (memory / "sent").exists():
            die_once(memory, "published")
        await acknowledge(self, deliveries)

    FaustConsumer.acknowledge = dying  # type: ignore[method-assign]


if __name__ == "__main__":
    name, folder, *rest = sys.argv[1:]
    if name == "suggestions":
        dying_source(Path(folder))
    stages = {
        "news": lambda: NewsStage(WordExtractor()),
        "sink": SinkStage,
        "suggestions": lambda: DyingStage(Path(folder)),
    }
    sys.exit(run(stages[name](), **dict(zip(("lifeline", "report"), map(int, rest), strict=False))))
