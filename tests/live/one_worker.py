"""A worker as a process of its own, which a test may kill, with what it logs."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Self
from urllib.request import urlopen

PATIENCE = 240
LOOK_EVERY = 0.1


class OneWorker:
    """Runs a stage while the context is open."""

    def __init__(self, stage: str, folder: Path, name: str, **variables: str) -> None:
        """Starts nothing yet.

        Args:
            stage: As `triplewire worker` calls it.
            folder: Its state folder, and where its log is.
            name: Of the log.
            variables: Environment variables on top of the test's own.
        """
        self.stage, self.folder, self.log, self.variables = stage, folder, folder / f"{name}.log", variables

    async def __aenter__(self) -> Self:
        given = {
            **os.environ,
            "TRIPLEWIRE_STATE": str(self.folder),
            "TRIPLEWIRE_SESSION_TIMEOUT": "6",
            "TRIPLEWIRE_METRICS_PORT": "0",
            **self.variables,
        }
        with self.log.open("wb") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "streams.worker", self.stage, env=given, stdout=log, stderr=log
            )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.process.terminate()
        await self.process.wait()

    async def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def says(self, text: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while text not in self.log.read_text(encoding="utf-8"):
                assert self.process.returncode is None, self.log.read_text(encoding="utf-8")
                await asyncio.sleep(LOOK_EVERY)

    def health(self) -> dict:
        places = [json.loads(path.read_text(encoding="utf-8")) for path in (self.folder / "workers").glob("*.lock")]
        (port,) = (place["port"] for place in places if place["pid"] == self.process.pid)
        with urlopen(f"http://127.0.0.1:{port}/health") as answer:
            return json.loads(answer.read())
