"""The embedded stack as a whole: up, down, status."""

import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path

from topology.local import memory, ports
from topology.local.errors import StackError
from topology.local.kafka import Kafka
from topology.local.lock import locked
from topology.local.neo4j import Neo4j
from topology.local.processes import Processes, Record, members
from topology.local.secret_file import write_secret
from topology.local.service import Service
from topology.local.together import Together
from topology.local.triton import Triton
from topology.settings import Settings

SERVICES: tuple[type[Service], ...] = (Kafka, Neo4j, Triton)
NAMES = tuple(service.name for service in SERVICES)
KEEPER = "keeper"
STARTS = 3
"""Most attempts to start a server that fails for a passing reason."""

WORKER_GRACE = 20.0

StackProgress = Callable[[str, str, int, int], None]
"""Called with (service, activity, done, total); total is 0 if unknown."""


@dataclass(frozen=True, slots=True)
class ServiceState:
    """A server or background process, as `up` and `status` show it.

    Attributes:
        name: Name of the service.
        address: Address for clients; empty for a process that is not a server.
        state: `ready`, `already running`, `running`, `stopped`, `died`, or the problem.
        seconds: Time until it was ready, or for the check.
        pids: Ids of its processes.
    """

    name: str
    address: str
    state: str
    seconds: float
    pids: tuple[int, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether it works."""
        return self.state in {"ready", "already running", "running"}


class LocalStack:
    """The servers of one state folder.

    All state is in files, so a stack that another process started is the same stack.
    """

    def __init__(self, settings: Settings) -> None:
        """Uses the settings for state, cache, ports and models."""
        self.settings = settings
        self.processes = Processes(settings.state)
        self.services = {service.name: service(settings) for service in SERVICES}

    def up(self, names: Iterable[str] = NAMES, report: StackProgress = lambda *_: None) -> list[ServiceState]:
        """Starts services and waits until each answers a real request. Running ones are checked and repaired.

        Raises:
            StackError: A port is taken, a download failed, or a service did not become ready. Then, and on an
                interrupt, whatever this call started is stopped.
        """
        chosen = [self.services[name] for name in NAMES if name in set(names)]
        with self._exclusive():
            # The keeper must not start the same services at the same time.
            self.stop_process(KEEPER)
            try:
                return self._bring_all_up(chosen, report)
            finally:
                if self.processes.records():
                    self.start_process(KEEPER, [sys.executable, "-m", "topology.local.keeper"], wanted=False)

    def _bring_all_up(self, chosen: list[Service], report: StackProgress) -> list[ServiceState]:
        together = Together()
        fresh = [service for service in chosen if not self.processes.alive(service.name)]
        for service in fresh:
            self.stop_process(service.name)  # a dead process may have left children
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

    def memory_warning(self, names: Iterable[str] = NAMES) -> str:
        """Returns what to say if `up` would start more than there is memory for; nothing if it is enough."""
        fresh = [self.services[name] for name in NAMES if name in set(names) and not self.processes.alive(name)]
        needed, there = sum(service.needs_mib for service in fresh), memory.available_mib()
        if needed <= there:
            return ""
        each = ", ".join(f"{service.name} {service.needs_mib}" for service in fresh)
        return (
            f"little memory: {there} MiB are free, and what is to be started takes about {needed} MiB ({each}). "
            "It may be slow or be killed. Free some, or start only what you need, for example `triplewire up kafka`."
        )

    def down(self) -> list[str]:
        """Stops every recorded process, workers before servers, and returns their names."""
        with self._exclusive():
            records = self.processes.records()
            names = [record.name for record in records]
            self._remember([record for record in records if record.wanted and record.name not in NAMES])
            # The keeper first, or it would restart the others; then the workers; the servers last.
            self.stop_process(KEEPER)
            for group in ([n for n in names if n not in NAMES], [n for n in names if n in NAMES]):
                Together().each(group, self.stop_process)
        return [name for name in names if name != KEEPER]

    def bring_back(self) -> list[str]:
        """Starts the workers that the last `down` stopped, unless they run; returns the names of those started."""
        with self._exclusive():
            started = []
            for record in self._remembered():
                if not self.processes.alive(record.name):
                    self.restart_process(record)
                    started.append(record.name)
            self._stopped.unlink(missing_ok=True)
        return started

    def restart_process(self, record: Record) -> Record:
        """Stops a background process, if it runs, and starts it again with the present settings.

        A setting that is not set now keeps the value that the process was started with.
        """
        self.stop_process(record.name)
        return self.start_process(record.name, record.argv, record.env | environment(self.settings))

    @property
    def _stopped(self) -> Path:
        # Not among the records of what runs, which end in .json.
        return self.settings.state.resolve() / "run" / "stopped-workers"

    def _remember(self, workers: Sequence[Record]) -> None:
        """Keeps the workers that are being stopped, for `bring_back`. Nothing to keep leaves what was kept before."""
        if workers:
            # The environment may hold a password.
            write_secret(self._stopped, json.dumps([asdict(record) for record in workers]))

    def _remembered(self) -> list[Record]:
        try:
            return [Record(**one) for one in json.loads(self._stopped.read_text())]
        except FileNotFoundError:
            return []

    def status(self) -> list[ServiceState]:
        """Checks every service and background process. Servers get a real request."""
        others = [record for record in self.processes.records() if record.name not in NAMES]
        return [
            *Together().each(list(self.services.values()), self._check),
            *(self._check_process(record) for record in others),
        ]

    def kill(self, name: str) -> None:
        """Kills the process of a service (SIGKILL). The keeper restarts it."""
        self.processes.kill(name)

    def pids(self, name: str) -> list[int]:
        """Returns the pids of a service and its children."""
        record = self.processes.record(name)
        return members(record) if record else []

    def start_process(
        self, name: str, argv: Sequence[str], env: Mapping[str, str] | None = None, *, wanted: bool = True
    ) -> Record:
        """Starts a background process (a worker) that `down` stops; if `wanted`, the keeper restarts it when it dies.

        Its environment contains this stack's settings and `env`.

        Raises:
            StackError: A process of that name is running.
        """
        # Two that start at once would both find none, and the record of one of them would be lost.
        with self.processes.guard(name):
            return self.processes.start(name, argv, environment(self.settings) | dict(env or {}), wanted=wanted)

    def stop_process(self, name: str) -> None:
        """Stops a service or background process, gracefully if possible."""
        service = self.services.get(name)
        self.processes.stop(name, service.grace if service else WORKER_GRACE)

    def _exclusive(self) -> AbstractContextManager[None]:
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

    def _bring_up(self, service: Service, fresh: bool, report: StackProgress, together: Together) -> ServiceState:
        start, log, starts = time.monotonic(), self.processes.log(service.name), 1
        before = log.stat().st_size if log.exists() else 0
        if fresh:
            report(service.name, "starting", 0, 0)
            service.launch(self.processes)
        else:
            report(service.name, "checking", 0, 0)
            service.repair()
        while problem := service.check():
            took = time.monotonic() - start
            if not fresh and took > self.settings.restart_after and (hung := self.processes.record(service.name)):
                # It runs and answers nothing. A frozen process does not act on SIGTERM either.
                report(service.name, "restarting", 0, 0)
                self.processes.reap(hung)
                service.launch(self.processes)
                fresh, start, took = True, time.monotonic(), 0.0
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

    def _check(self, service: Service) -> ServiceState:
        start = time.monotonic()
        if self.processes.alive(service.name):
            state = service.check() or "ready"
        else:
            state = "died" if self.processes.record(service.name) else "stopped"
        took = time.monotonic() - start
        return ServiceState(service.name, service.address, state, took, tuple(self.pids(service.name)))

    def _check_process(self, record: Record) -> ServiceState:
        state = "running" if self.processes.alive(record.name) else "died"
        return ServiceState(record.name, "", state, 0, tuple(members(record)))


def environment(settings: Settings) -> dict[str, str]:
    """Returns environment variables that give another process these settings, in any working directory."""
    names = settings.model_fields_set | {"state", "cache"}
    values = {name: getattr(settings, name) for name in names}
    return {f"TRIPLEWIRE_{name.upper()}": _plain(value) for name, value in values.items()}


def _plain(value: object) -> str:
    if isinstance(value, Path):
        return str(value.resolve())
    return str(getattr(value, "get_secret_value", lambda: value)())


def _complaint(log: Path, start: int) -> str:
    """Returns the last line of a log after byte `start` that mentions an error, or else the last line."""
    lines = log.read_bytes()[start:].decode(errors="replace").split("\n") if log.exists() else []
    lines = [line.strip() for line in lines if line.strip()]
    errors = [line for line in lines if re.search(r"error|fail|exception", line, re.IGNORECASE)]
    return (errors or lines or ["it wrote no message"])[-1]
