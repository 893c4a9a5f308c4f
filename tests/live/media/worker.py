"""A news, media or sink worker whose models are rules, for the live test of the media road.

Arguments: the stage, and what the supervisor adds, if there is one. Text in pictures is read by the real reader.
"""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from inference.media.perception import Seen
from inference.media.text.recognition import TextReader
from inference.media.types import Frame
from streams.media import MediaStage
from streams.news.stage import NewsStage
from streams.sink import SinkStage
from streams.worker import run
from tests.streams.doubles import WordExtractor
from tests.streams.media.doubles import TonePerception


class ReadingPerception(TonePerception):
    def __init__(self) -> None:
        super().__init__()
        self._reader = TextReader()

    async def see(self, frames: Sequence[Frame]) -> list[Seen]:
        seen = await super().see(frames)
        lines = [await asyncio.to_thread(self._reader.read, frame.rgb) for frame in frames]
        return [replace(one, texts=tuple(texts)) for one, texts in zip(seen, lines, strict=True)]


STAGES = {
    "news": lambda: NewsStage(WordExtractor()),
    "media": lambda: MediaStage(ReadingPerception()),
    "sink": SinkStage,
}

if __name__ == "__main__":
    name, *rest = sys.argv[1:]
    sys.exit(run(STAGES[name](), **dict(zip(("lifeline", "report"), map(int, rest), strict=False))))
