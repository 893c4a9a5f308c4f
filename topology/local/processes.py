"""Background processes on record: started, found again, and ended with everything they started themselves.

Each process carries a random token in its environment, which its children inherit. A process is ours if it has the
token on record: a pid that the system gave to somebody else after a crash or a reboot is never touched, and a child
that outlives its parent is still found.
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

# Processes that this very Python process started: they must be waited for when they end, or they stay as zombies.
_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a background process.

    Attributes:
        name: Unique in the stack.
        pid: Of the process started; its children are found by the token.
        token: Random value of `TRIPLEWIRE_PROCESS_TOKEN` in the process and its children.
        argv: Its command.
        env: What was added to the environment.
        log: Where its output goes.
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
    """The processes on record in a state folder."""

    def __init__(self, state: Path) -> None:
        """Works in `state/run` (records) and `state/logs`."""
        self._records = state.resolve() / "run"
        self._logs = state.resolve() / "logs"

    def log(self, name: str) -> Path:
        """Returns where the output of process `name` goes."""
        return self._logs / f"{name}.log"

    def guard(self, name: str) -> contextlib.AbstractContextManager[None]:
        """Holds the process `name` against being started or stopped by anybody else meanwhile."""
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
        """Starts a process in a session of its own, so that the terminal's Ctrl-C does not reach it, and records it.

        Raises:
            StackError: One of that name runs already; its record would be lost.
        """
        if self.alive(name):
            raise StackError(f"{name} runs already; stop it with `triplewire down`.")
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
        # The kernel shows a program's environment only a moment after it has begun to run. Not to be on record before
        # that: the keeper would take it for dead.
        while process.poll() is None and not _alive(record):
            time.sleep(0.005)
        self._write(record)
        return record

    def alive(self, name: str) -> bool:
        """Returns whether the process on record runs."""
        record = self.record(name)
        return bool(record and _alive(record))

    def reap(self, record: Record) -> None:
        """Ends what a dead process left running."""
        _end(list(_members(record)), signal.SIGKILL, 10)

    def kill(self, name: str) -> None:
        """Kills the process itself without warning, and waits until it is gone. Its children and the record stay."""
        record = self.record(name)
        if record:
            _end([process for process in _members(record) if process.pid == record.pid], signal.SIGKILL, 10)

    def stop(self, name: str, grace: float = 10) -> None:
        """Ends the process and all it started: asks, waits up to `grace` seconds, then kills. Forgets the record."""
        record = self.record(name)
        if record is None:
            return
        # First of all nobody may want it any more: the keeper would start it again.
        self._write(replace(record, wanted=False))
        with self.guard(name):
            record = self.record(name) or record
            members = list(_members(record))
            _end([process for process in members if process.pid == record.pid], signal.SIGTERM, grace)
            # Children that end with their parent get a moment to do so.
            _end(list(_members(record)), signal.SIGTERM, 1)
            _end(list(_members(record)), signal.SIGKILL, 10)
            (self._records / f"{name}.json").unlink(missing_ok=True)

    def _write(self, record: Record) -> None:
        # The environment may hold a password.
        write_secret(self._records / f"{record.name}.json", json.dumps(asdict(record)))


def members(record: Record) -> list[int]:
    """Returns the pids of the process on record and of what it started, as far as they run."""
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
    except (psutil.Error, OSError):  # gone meanwhile, or somebody else's
        return False


def _end(processes: list[psutil.Process], number: signal.Signals, within: float) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)
    psutil.wait_procs(processes, timeout=within)
    for process in processes:
        if child := _children.get(process.pid):
            child.poll()
