"""Recorded background processes: started, found again, and stopped together with their children.

Each process has a random token in its environment, which its children inherit. A process is ours only if it has the
recorded token. So a pid that the system reused after a crash or a reboot is never touched, and a child that outlives
its parent is still found.
"""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psutil

from topology.local.errors import StackError
from topology.local.lock import locked
from topology.local.secret_file import write_secret

TOKEN = "TRIPLEWIRE_PROCESS_TOKEN"  # noqa: S105 - a variable's name
MAX_LOG = 16 * 1024 * 1024

# Processes that this Python process started. It must wait for them when they exit, or they stay as zombies.
_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True, slots=True)
class Record:
    """The record of a background process.

    Attributes:
        name: Unique name in the stack.
        pid: Id of the started process; its children are found by the token.
        token: The random value of `TRIPLEWIRE_PROCESS_TOKEN` in the process and its children.
        argv: The command.
        env: Variables added to the environment.
        log: File of its output.
        wanted: Whether the keeper restarts it when it dies.
    """

    name: str
    pid: int
    token: str
    argv: list[str]
    env: dict[str, str]
    log: str
    wanted: bool


class Processes:
    """The recorded processes of a state folder."""

    def __init__(self, state: Path) -> None:
        """Uses `state/run` for records and `state/logs` for output."""
        self._records = state.resolve() / "run"
        self._logs = state.resolve() / "logs"

    def log(self, name: str) -> Path:
        """Returns the log file of process `name`."""
        return self._logs / f"{name}.log"

    def guard(self, name: str) -> contextlib.AbstractContextManager[None]:
        """Locks the process `name`, so that nobody else starts or stops it."""
        return locked(self._records / f"{name}.lock")

    def records(self) -> list[Record]:
        """Returns every record, by name."""
        found = (self.record(path.stem) for path in sorted(self._records.glob("*.json")))
        return [record for record in found if record]

    def record(self, name: str) -> Record | None:
        """Returns the record of `name`, if there is one."""
        try:
            return Record(**json.loads((self._records / f"{name}.json").read_bytes()))
        except FileNotFoundError:
            return None

    def start(
        self, name: str, argv: Sequence[str], env: Mapping[str, str] | None = None, *, wanted: bool = True
    ) -> Record:
        """Starts and records a process, in its own session, so that the terminal's Ctrl-C does not reach it.

        Raises:
            StackError: A process of that name is running; its record would be lost.
        """
        if self.alive(name):
            raise StackError(f"{name} is already running; stop it with `triplewire down`.")
        self._records.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._logs.mkdir(parents=True, exist_ok=True)
        log, token = self.log(name), secrets.token_hex(16)
        if log.exists() and log.stat().st_size > MAX_LOG:
            log.replace(log.with_suffix(".log.1"))
        environment = os.environ | dict(env or {}) | {TOKEN: token}
        with log.open("ab") as output:
            process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )
        _children[process.pid] = process
        record = Record(name, process.pid, token, list(argv), dict(env or {}), str(log), wanted)
        # The kernel exposes a program's environment a moment after its start. Recorded earlier, the process would look
        # dead to the keeper.
        while process.poll() is None and not _alive(record):
            time.sleep(0.005)
        self._write(record)
        return record

    def alive(self, name: str) -> bool:
        """Returns whether the recorded process is running."""
        record = self.record(name)
        return bool(record and _alive(record))

    def reap(self, record: Record) -> None:
        """Kills a hung process and its children, or the children that a dead process left behind. The record stays."""
        _end(list(_members(record)), signal.SIGKILL, 10)

    def kill(self, name: str) -> None:
        """Kills the process itself (SIGKILL) and waits until it is gone. Its children and its record stay."""
        record = self.record(name)
        if record:
            _end([process for process in _members(record) if process.pid == record.pid], signal.SIGKILL, 10)

    def stop(self, name: str, grace: float = 10) -> None:
        """Stops the process and its children: SIGTERM, up to `grace` seconds, then SIGKILL. Removes the record."""
        record = self.record(name)
        if record is None:
            return
        # Mark it as unwanted first, or the keeper would restart it.
        self._write(replace(record, wanted=False))
        with self.guard(name):
            record = self.record(name) or record
            members = list(_members(record))
            _end([process for process in members if process.pid == record.pid], signal.SIGTERM, grace)
            # Give children that exit with their parent a moment to do so.
            _end(list(_members(record)), signal.SIGTERM, 1)
            _end(list(_members(record)), signal.SIGKILL, 10)
            (self._records / f"{name}.json").unlink(missing_ok=True)

    def _write(self, record: Record) -> None:
        # The environment may hold a password.
        write_secret(self._records / f"{record.name}.json", json.dumps(asdict(record)))


def members(record: Record) -> list[int]:
    """Returns the pids of the recorded process and its children that are running."""
    return [process.pid for process in _members(record)]


def _alive(record: Record) -> bool:
    if child := _children.get(record.pid):
        child.poll()
    try:
        return _is_member(psutil.Process(record.pid), record)
    except psutil.NoSuchProcess:
        return False


def _members(record: Record) -> Iterator[psutil.Process]:
    return (process for process in psutil.process_iter() if _is_member(process, record))


def _is_member(process: psutil.Process, record: Record) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and process.environ().get(TOKEN) == record.token
    except (psutil.Error, OSError):  # it has exited, or belongs to another user
        return False


def _end(processes: list[psutil.Process], number: signal.Signals, within: float) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)
    psutil.wait_procs(processes, timeout=within)
    for process in processes:
        if child := _children.get(process.pid):
            child.poll()
