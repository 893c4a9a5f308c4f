"""The embedded stack as a whole: up, down, status."""

import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from topology.local import ports
from topology.local.errors import StackError
from topology.local.kafka import Kafka
from topology.local.lock import locked
from topology.local.neo4j import Neo4j
from topology.local.processes import Processes, Record, members
from topology.local.service import Service
from topology.local.together import Together
from topology.local.triton import Triton
from topology.settings import Settings

SERVICES: tuple[type[Service], ...] = (Kafka, Neo4j, Triton)
NAMES = tuple(service.name for service in SERVICES)
KEEPER = "keeper"
STARTS = 3
"""How often a server that only chance keeps from starting is started."""

WORKER_GRACE = 20.0

Report = Callable[[str, str, int, int], None]
"""Told (service, what it is doing, done, total); total 0 where it cannot be known."""


@dataclass(frozen=True, slots=True)
class ServiceState:
    """A server or background process, as `up` and `status` show it.

    Attributes:
        name: Of the service.
        address: Where clients find it; empty for a process that is no server.
        state: `ready`, `already running`, `stopped`, or what is wrong.
        seconds: How long it took to get ready, or to find out.
        pids: Its processes.
    """

    name: str
    address: str
    state: str
    seconds: float
    pids: tuple[int, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether it can be worked with."""
        return self.state in {"ready", "already running", "running"}


class LocalStack:
    """The servers of one state folder.

    Nothing is kept in memory: a stack that another process started is the same stack.
    """

    def __init__(self, settings: Settings) -> None:
        """Works with these settings: state, cache, ports and models."""
        self.settings = settings
        self.processes = Processes(settings.state)
        self.services = {service.name: service(settings) for service in SERVICES}

    def up(self, names: Iterable[str] = NAMES, report: Report = lambda *_: None) -> list[ServiceState]:
        """Brings services up and waits until each does real work. Those that run already are checked and repaired.

        Raises:
            StackError: A port is taken, a download failed, or a service did not get ready. Whatever this call started
                is ended again; also when it is interrupted.
        """
        chosen = [self.services[name] for name in NAMES if name in set(names)]
        with self._alone():
            # The keeper must not start what we are starting.
            self.stop_process(KEEPER)
            try:
                return self._bring_all_up(chosen, report)
            finally:
                if self.processes.records():
                    self.start_process(KEEPER, [sys.executable, "-m", "topology.local.keeper"], wanted=False)

    def _bring_all_up(self, chosen: list[Service], report: Report) -> list[ServiceState]:
        together = Together()
        fresh = [service for service in chosen if not self.processes.alive(service.name)]
        for service in fresh:
            self.stop_process(service.name)  # of one that died, its children may be left
        self._refuse_taken_ports(fresh)

        def prepare(service: Service) -> None:
            def progress(done: int, total: int) -> None:
                together.check()
                report(service.name, "downloading", done, total)

            service.prepare(progress)

        def bring_up(service: Service) -> ServiceState:
            return self._bring_up(service, service in fresh, report, together)

        together.each(fresh, prepare)
        try:
            return together.each(chosen, bring_up)
        except BaseException:
            Together().each(fresh, lambda service: self.stop_process(service.name))
            raise

    def down(self, report: Report = lambda *_: None) -> list[str]:
        """Ends everything on record, workers before servers, and returns the names of what it ended."""
        with self._alone():
            names = [record.name for record in self.processes.records()]
            # The keeper first, or it would restart what ends; then who uses the servers; the servers last.
            self.stop_process(KEEPER)
            for group in ([n for n in names if n not in NAMES], [n for n in names if n in NAMES]):
                for name in group:
                    report(name, "stopping", 0, 0)
                Together().each(group, self.stop_process)
        return [name for name in names if name != KEEPER]

    def status(self) -> list[ServiceState]:
        """Looks at every service and background process. Servers are asked for something real."""
        others = [record for record in self.processes.records() if record.name not in NAMES]
        return [
            *Together().each(list(self.services.values()), self._look),
            *(self._look_at_process(record) for record in others),
        ]

    def kill(self, name: str) -> None:
        """Kills the process of a service without warning (SIGKILL). The keeper starts it again."""
        self.processes.kill(name)

    def restart(self, name: str) -> ServiceState:
        """Ends a service and brings it up again."""
        self.stop_process(name)
        return self.up([name])[0]

    def pids(self, name: str) -> list[int]:
        """Returns the pids of a service: the server's and its children's."""
        record = self.processes.record(name)
        return members(record) if record else []

    def start_process(
        self, name: str, argv: Sequence[str], env: Mapping[str, str] | None = None, *, wanted: bool = True
    ) -> Record:
        """Starts a background process (a worker) that `down` ends; a wanted one is restarted when it dies.

        It gets this stack's settings by its environment, and `env` on top.

        Raises:
            StackError: One of that name runs already.
        """
        return self.processes.start(name, argv, environment(self.settings) | dict(env or {}), wanted=wanted)

    def stop_process(self, name: str) -> None:
        """Ends a service or background process, gracefully as far as it lets us."""
        service = self.services.get(name)
        self.processes.stop(name, service.grace if service else WORKER_GRACE)

    def _alone(self) -> AbstractContextManager[None]:
        return locked(self.settings.state.resolve() / "run" / "stack.lock")

    def _refuse_taken_ports(self, services: Iterable[Service]) -> None:
        taken = [
            f"{service.name}'s {use} port {port}{ports.owner(port)}"
            for service in services
            for use, port in service.ports.items()
            if not ports.free(port)
        ]
        if taken:
            raise StackError(
                f"already taken: {'; '.join(taken)}. Stop what uses them, or set TRIPLEWIRE_PORT_BASE to another value "
                f"than {self.settings.port_base}."
            )

    def _bring_up(self, service: Service, fresh: bool, report: Report, together: Together) -> ServiceState:
        start, log, starts = time.monotonic(), self.processes.log(service.name), 1
        before = log.stat().st_size if log.exists() else 0
        if fresh:
            report(service.name, "starting", 0, 0)
            service.launch(self.processes)
        else:
            report(service.name, "checking", 0, 0)
            service.repair()
        while problem := service.problem():
            took = time.monotonic() - start
            if not self.processes.alive(service.name):
                complaint = _complaint(log, before)
                again = fresh and starts < STARTS and any(words in complaint for words in service.passing)
                if not again:
                    raise StackError(f"{service.name} ended while starting: {complaint} (see {log})")
                starts, before = starts + 1, log.stat().st_size
                report(service.name, "starting again", 0, 0)
                self.processes.stop(service.name)
                service.launch(self.processes)
            if took > service.patience:
                raise StackError(f"{service.name} is not ready after {took:.0f} s: {problem} (see {log})")
            together.pause(0.2)
        state = "ready" if fresh else "already running"
        took = time.monotonic() - start
        return ServiceState(service.name, service.address, state, took, tuple(self.pids(service.name)))

    def _look(self, service: Service) -> ServiceState:
        start = time.monotonic()
        if self.processes.alive(service.name):
            state = service.problem() or "ready"
        else:
            state = "died" if self.processes.record(service.name) else "stopped"
        took = time.monotonic() - start
        return ServiceState(service.name, service.address, state, took, tuple(self.pids(service.name)))

    def _look_at_process(self, record: Record) -> ServiceState:
        state = "running" if self.processes.alive(record.name) else "died"
        return ServiceState(record.name, "", state, 0, tuple(members(record)))


def environment(settings: Settings) -> dict[str, str]:
    """Returns the environment that gives another process these settings, whatever folder it runs in."""
    names = settings.model_fields_set | {"state", "cache"}
    values = {name: getattr(settings, name) for name in names}
    return {f"TRIPLEWIRE_{name.upper()}": _plain(value) for name, value in values.items()}


def _plain(value: object) -> str:
    if isinstance(value, Path):
        return str(value.resolve())
    return str(getattr(value, "get_secret_value", lambda: value)())


def _complaint(log: Path, start: int) -> str:
    """Returns the last line of a log, from byte `start` on, that speaks of an error, or else the last line."""
    lines = log.read_bytes()[start:].decode(errors="replace").split("\n") if log.exists() else []
    lines = [line.strip() for line in lines if line.strip()]
    errors = [line for line in lines if re.search(r"error|fail|exception", line, re.IGNORECASE)]
    return (errors or lines or ["it wrote nothing"])[-1]
