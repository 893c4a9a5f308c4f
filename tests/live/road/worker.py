"""A news worker whose extractor can be made to fail, for tests that kill and break workers.

Arguments: the topic it reads (also its group), a folder for what it has to remember across restarts, the failure, and
what the supervisor adds, if there is one.
Failures: none; transient (every third call fails once); bug (in the first process everything is a bug from the third
call on); row (an article that says so is a bug); and of an article that says so each process dies: sigkill, sigsegv,
memory (it grows until it is killed, as the kernel would), blocked (it blocks the event loop for good).
"""

import os
import signal
import sys
import threading
import time
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
        self._first = True

    async def extract(self, documents: Sequence[TextDocument]) -> list[TextExtraction]:
        self._calls += 1
        if self._failure == "transient" and self._calls % 3 == 0:
            raise InferenceUnavailable("tried at a bad moment")
        bug = self._memory / "bug"
        self._first = self._first and (self._calls > 3 or not bug.exists())
        if self._failure == "bug" and self._calls >= 3 and self._first:
            bug.touch()
            raise ZeroDivisionError("a bug")
        if any("Bug" in document.body for document in documents):
            self._fail()
        return await super().extract(documents)

    def _fail(self) -> None:
        if self._failure == "row":
            raise ZeroDivisionError("this row, always")
        with (self._memory / "deaths").open("a") as deaths:
            print(self._failure, file=deaths)
        if self._failure == "sigkill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self._failure == "sigsegv":
            os.kill(os.getpid(), signal.SIGSEGV)
        if self._failure == "memory":
            threading.Thread(target=kill_when_large, daemon=True).start()
            grown = []
            while True:
                grown.append(bytearray(b"x" * 10_000_000))
                time.sleep(0.005)
        if self._failure == "blocked":
            time.sleep(10_000)


def kill_when_large() -> None:
    """Does what the kernel does to a container that outgrows its memory."""
    while True:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        if pages * os.sysconf("SC_PAGE_SIZE") > 700_000_000:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.005)


if __name__ == "__main__":
    topic, memory, failure, *rest = sys.argv[1:]
    stage = NewsStage(FailingExtractor(Path(memory), failure))
    stage.topic, stage.group = replace(stage.topic, name=topic), topic
    sys.exit(run(stage, **dict(zip(("lifeline", "report"), map(int, rest), strict=False))))
