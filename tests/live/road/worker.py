"""A news worker whose extractor can be made to fail, for tests that kill and break workers.

Arguments: the topic it reads (also its group), a folder for what it has to remember across restarts, the failure, and
what the supervisor adds, if there is one.
Failures: none; transient (every third call fails once); bug (the first process meets one in its third call); row (an
article that says so is a bug in every process).
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from inference.text.types import TextDocument, TextExtraction
from inference.text_extraction.client import InferenceUnavailable
from streams.news.stage import NewsStage
from streams.worker import run
from tests.streams.doubles import WordExtractor


class FailingExtractor(WordExtractor):
    def __init__(self, memory: Path, failure: str) -> None:
        self._memory = memory
        self._failure = failure
        self._calls = 0

    async def extract(self, documents: Sequence[TextDocument]) -> list[TextExtraction]:
        self._calls += 1
        if self._failure == "transient" and self._calls % 3 == 0:
            raise InferenceUnavailable("tried at a bad moment")
        bug = self._memory / "bug"
        if self._failure == "bug" and self._calls == 3 and not bug.exists():
            bug.touch()
            raise ZeroDivisionError("a bug")
        if self._failure == "row" and any("Bug" in document.body for document in documents):
            raise ZeroDivisionError("this row, always")
        return await super().extract(documents)


if __name__ == "__main__":
    topic, memory, failure, *rest = sys.argv[1:]
    stage = NewsStage(FailingExtractor(Path(memory), failure))
    stage.topic, stage.group = replace(stage.topic, name=topic), topic
    sys.exit(run(stage, **dict(zip(("lifeline", "report"), map(int, rest), strict=False))))
