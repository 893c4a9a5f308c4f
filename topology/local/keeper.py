"""The keeper: restarts what dies in a running stack, and repairs a Triton whose Python stub died.

Triton with a dead stub says that it is ready while every request fails, and stays so; so the keeper asks for a real
inference every few seconds. `triplewire up` starts it, `triplewire down` ends it first. In production this is the
container orchestrator's job: restart policies and the health checks in docker-compose.yml.
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
        """Watches this stack; `clock` gives seconds."""
        self._stack = stack
        self._clock = clock
        self._started: dict[str, float] = {}
        self._pause: dict[str, float] = {}

    def tick(self) -> None:
        """Looks at everything once."""
        for record in self._stack.processes.records():
            if record.wanted and not self._stack.processes.alive(record.name):
                self._revive(record)
        triton = self._stack.services["triton"]
        if self._stack.processes.alive(triton.name):
            triton.repair()

    def _revive(self, record: Record) -> None:
        """Restarts a dead process; one that keeps dying soon waits longer each time."""
        now, name = self._clock(), record.name
        lived = now - self._started.get(name, 0)
        pause = self._pause.get(name, 0.0) if lived < STEADY + LONGEST_PAUSE else 0.0
        if lived < pause:
            return
        processes = self._stack.processes
        with processes.guard(name):
            current = processes.record(name)
            # Somebody may have stopped or restarted it meanwhile.
            if current is None or not current.wanted or processes.alive(name):
                return
            log.warning("%s died; starting it again", name)
            service = self._stack.services.get(name)
            processes.reap(current)
            if service:
                service.launch(processes)
            else:
                processes.start(name, current.argv, current.env, wanted=True)
        self._started[name] = self._clock()
        self._pause[name] = min(LONGEST_PAUSE, max(1.0, pause * 2))


def main() -> None:
    """Watches until asked to end, and ends between two looks: what is being started must get on record."""
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    keeper, ended = Keeper(LocalStack(settings())), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    while not ended.wait(EVERY):
        try:
            keeper.tick()
        except Exception:
            # The keeper must outlive whatever it meets while servers come and go.
            log.exception("looking after the stack failed; trying again")


if __name__ == "__main__":
    main()
