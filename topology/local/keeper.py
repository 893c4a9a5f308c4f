"""The keeper: restarts processes that died in a running stack, and repairs a Triton whose Python stub died.

Triton with a dead stub reports that it is ready although every request fails, so the keeper requests a real inference
every few seconds. `triplewire up` starts the keeper and `triplewire down` stops it first. In production the container
orchestrator does this, with the restart policies and health checks in docker-compose.yml.
"""

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable

from topology.local.processes import Record
from topology.local.stack import LocalStack
from topology.settings import settings

EVERY = 2.0
LONGEST_PAUSE = 60.0
STEADY = 30.0

log = logging.getLogger("keeper")


class Keeper:
    """Watches one stack."""

    def __init__(self, stack: LocalStack, clock: Callable[[], float] = time.monotonic) -> None:
        """Watches this stack; `clock` returns seconds."""
        self._stack = stack
        self._clock = clock
        self._started: dict[str, float] = {}
        self._pause: dict[str, float] = {}

    def tick(self) -> None:
        """Checks every process once."""
        for record in self._stack.processes.records():
            if record.wanted and not self._stack.processes.alive(record.name):
                self._revive(record)
        triton = self._stack.services["triton"]
        if self._stack.processes.alive(triton.name):
            triton.repair()

    def _revive(self, record: Record) -> None:
        """Restarts a dead process; one that keeps dying waits longer before each restart."""
        now, name = self._clock(), record.name
        lived = now - self._started.get(name, 0)
        pause = self._pause.get(name, 0.0) if lived < STEADY + LONGEST_PAUSE else 0.0
        if lived < pause:
            return
        processes = self._stack.processes
        with processes.guard(name):
            current = processes.record(name)
            # Another process may have stopped or restarted it in the meantime.
            if current is None or not current.wanted or processes.alive(name):
                return
            log.warning("%s died; restarting it", name)
            service = self._stack.services.get(name)
            processes.reap(current)
            if service:
                service.launch(processes)
            else:
                processes.start(name, current.argv, current.env, wanted=True)
        self._started[name] = self._clock()
        self._pause[name] = min(LONGEST_PAUSE, max(1.0, pause * 2))


def main(stack: LocalStack | None = None) -> None:
    """Watches until SIGTERM, and exits between two checks, so that a process being started is recorded.

    Args:
        stack: The stack; by default that of the settings.
    """
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    keeper, ended = Keeper(stack or LocalStack(settings())), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    while not ended.wait(EVERY):
        try:
            keeper.tick()
        except Exception:
            # The keeper must survive any error that occurs while servers start and stop.
            log.exception("checking the stack failed; trying again")


if __name__ == "__main__":
    main()
