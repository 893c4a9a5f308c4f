"""The keeper: restarts processes that died or hang in a running stack, and repairs a Triton whose Python stub died.

A process that runs is not yet a server that works. A Java server short of memory accepts connections and answers
nothing; Triton with a dead stub reports that it is ready although every request fails. So the keeper requests something
real from each server every few seconds. `triplewire up` starts the keeper and `triplewire down` stops it first. In
production the container orchestrator does this, with restart policies and health checks.
"""

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from topology.docker.triton_probe import stub_died
from topology.local.processes import Record
from topology.local.service import Service
from topology.local.stack import LocalStack
from topology.local.together import Together
from topology.settings import settings

EVERY = 2.0
LONGEST_PAUSE = 60.0
STEADY = 30.0
LOOKS = 3
"""A server is taken for hung only after this many failed looks: a machine that stood still proves nothing."""

log = logging.getLogger("keeper")


@dataclass(slots=True)
class _Answering:
    """What is known of a running server.

    Attributes:
        pid: The process that it is about.
        until: By when it has to answer again.
        failed: Looks in a row that failed.
    """

    pid: int
    until: float
    failed: int = 0


class Keeper:
    """Watches one stack."""

    def __init__(
        self, stack: LocalStack, clock: Callable[[], float] = time.monotonic, longest_pause: float = LONGEST_PAUSE
    ) -> None:
        """Watches this stack.

        Args:
            stack: The stack.
            clock: Returns seconds.
            longest_pause: Seconds before the restart of what keeps dying, at most.
        """
        self._longest_pause = longest_pause
        self._stack = stack
        self._clock = clock
        self._started: dict[str, float] = {}
        self._pause: dict[str, float] = {}
        # `up`, which starts the keeper, has seen that what runs now answers. What is launched later first has to start.
        until = clock() + stack.settings.restart_after
        running = (stack.processes.record(name) for name in stack.services if stack.processes.alive(name))
        self._answering = {record.name: _Answering(record.pid, until) for record in running if record}

    def tick(self) -> None:
        """Checks every process once."""
        for record in self._stack.processes.records():
            if record.wanted and not self._stack.processes.alive(record.name):
                self._revive(record)
        # At the same time, so that a hung server does not hold up the looks at the others.
        Together().each(list(self._stack.services.values()), self._look)

    def _look(self, service: Service) -> None:
        """Requests something real from a running server; repairs it, or restarts it if it has hung for too long."""
        record = self._stack.processes.record(service.name)
        if record is None or not record.wanted or not self._stack.processes.alive(service.name):
            return
        answering = self._answering.get(service.name)
        if answering is None or answering.pid != record.pid:
            # It may still be starting, for as long as `up` would wait for it.
            patience = max(service.patience, self._stack.settings.restart_after)
            answering = self._answering[service.name] = _Answering(record.pid, self._clock() + patience)
        problem = service.check()
        if not problem or stub_died(problem):
            answering.until, answering.failed = self._clock() + self._stack.settings.restart_after, 0
            service.repair()
            return
        answering.failed += 1
        if answering.failed >= LOOKS and self._clock() > answering.until:
            self._replace(record, problem)

    def _replace(self, record: Record, problem: str) -> None:
        """Kills a hung server and starts it again."""
        processes = self._stack.processes
        with processes.guard(record.name):
            current = processes.record(record.name)
            # Another process may have stopped or restarted it in the meantime.
            if current is None or not current.wanted or current.pid != record.pid:
                return
            log.warning("%s hangs (%s); restarting it", record.name, problem)
            # A frozen process does not act on SIGTERM. Each server recovers from SIGKILL without loss.
            processes.reap(current)
            self._stack.services[record.name].launch(processes)
        self._started[record.name] = self._clock()

    def _revive(self, record: Record) -> None:
        """Restarts a dead process; one that keeps dying waits longer before each restart."""
        now, name = self._clock(), record.name
        lived = now - self._started.get(name, 0)
        pause = self._pause.get(name, 0.0) if lived < STEADY + self._longest_pause else 0.0
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
        self._pause[name] = min(self._longest_pause, max(1.0, pause * 2))


def main(stack: LocalStack | None = None, longest_pause: float = LONGEST_PAUSE) -> None:
    """Watches until SIGTERM, and exits between two checks, so that a process being started is recorded.

    Args:
        stack: The stack; by default that of the settings.
        longest_pause: Seconds before the restart of what keeps dying, at most.
    """
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    keeper, ended = Keeper(stack or LocalStack(settings()), longest_pause=longest_pause), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    while not ended.wait(EVERY):
        try:
            keeper.tick()
        except Exception:
            # The keeper must survive any error that occurs while servers start and stop.
            log.exception("checking the stack failed; trying again")


if __name__ == "__main__":
    main()
