"""The embedded Triton Inference Server on the CPU."""

import hashlib
import json
import os
import secrets
import shlex
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import ClassVar

from topology.docker import triton_probe
from topology.local import ports, triton_env
from topology.local.artifacts import Progress
from topology.local.hidden_arguments import hide
from topology.local.processes import Processes
from topology.local.secret_file import write_secret
from topology.local.service import Service

INSTANCES = 2
# Loading a model means running its code, and any web page in the user's browser can post to loopback. Administration
# therefore requires a secret header, which a web page cannot send.
_ADMINISTRATION = "model-repository,shared-memory,trace,logging"
_RESTRICTIONS = ("http-restricted-api", "grpc-restricted-protocol")
_KEY_HEADER = "triplewire-key"
_ARGUMENTS_READ_WITHIN = 10.0


class Triton(Service):
    """NVIDIA Triton on loopback, serving the model repository unchanged."""

    name: ClassVar[str] = "triton"
    needs_mib: ClassVar[int] = 1500
    grace: ClassVar[float] = 10
    patience: ClassVar[float] = 120
    # If the machine stalls for a moment, the Python backend may abort (github.com/triton-inference-server/server,
    # issue 8882).
    passing: ClassVar[tuple[str, ...]] = ("boost::interprocess::lock_exception",)

    @property
    def ports(self) -> dict[str, int]:
        """HTTP, gRPC and metrics."""
        return self.settings.embedded.triton

    @property
    def address(self) -> str:
        """Where gRPC clients connect."""
        return self.settings.embedded.triton_address

    @property
    def memory(self) -> str:
        """Prefix of the names of its shared memory; unique for each stack on a machine."""
        return "triplewire_" + hashlib.sha256(str(self.data).encode()).hexdigest()[:12]

    def prepare(self, progress: Progress) -> None:
        """Installs the server's environment."""
        triton_env.environment(self.settings.cache, progress)

    def launch(self, processes: Processes) -> None:
        """Starts the server with every model of the repository."""
        environment = triton_env.environment(self.settings.cache)
        self.data.mkdir(parents=True, exist_ok=True)
        # A killed server leaves its shared memory behind.
        for leak in Path("/dev/shm").glob(f"{self.memory}*"):  # noqa: S108 - where the kernel keeps it
            leak.unlink(missing_ok=True)
        within, models, backends = self._shell_safe(self.settings.models.resolve(), environment.backends)
        argv = [
            *within,
            str(environment.server),
            f"--model-repository={models}",
            f"--backend-directory={backends}",
            # Explicit control: only unloading and loading a model replaces a dead stub.
            "--model-control-mode=explicit",
            "--load-model=*",
            "--disable-auto-complete-config",
            "--allow-gpu-metrics=false",
            "--exit-timeout-secs=5",
            *(f"--{option}={_ADMINISTRATION}:{_KEY_HEADER}={self._key()}" for option in _RESTRICTIONS),
            f"--backend-config=python,shm-region-prefix-name={self.memory}",
        ]
        for option, port in zip(("http", "grpc", "metrics"), self.ports.values(), strict=True):
            argv += [f"--{option}-address=127.0.0.1", f"--{option}-port={port}"]
        env = {
            "LD_LIBRARY_PATH": ":".join(map(str, environment.libraries)),
            "PATH": f"{environment.root / 'bin'}:{os.environ.get('PATH', '')}",
            "PYTHONDONTWRITEBYTECODE": "1",  # nothing is written into the model repository
        }
        log = processes.log(self.name)
        before = log.stat().st_size if log.exists() else 0
        record = processes.start(self.name, argv, env)
        # Triton takes the key in no other way. It has read its arguments by the time that it writes to its log.
        until = time.monotonic() + _ARGUMENTS_READ_WITHIN
        while processes.alive(self.name) and log.stat().st_size <= before and time.monotonic() < until:
            time.sleep(0.02)
        hide(record.pid, self._key())

    def _shell_safe(self, models: Path, backends: Path) -> tuple[list[str], str, str]:
        """Returns what to begin the command with, and both folders as the server is to name them.

        The server's Python backend starts its stubs by a shell and does not quote their paths. Where one has a space in
        it, the server runs in its own folder and gets links there, which have none.
        """
        if all(shlex.quote(str(folder)) == str(folder) for folder in (models, backends)):
            return [], str(models), str(backends)
        for name, folder in (("models", models), ("backends", backends)):
            link = self.data / name
            link.unlink(missing_ok=True)
            link.symlink_to(folder)
        return ["sh", "-c", 'cd "$0" && exec "$@"', str(self.data)], "models", "backends"

    def problem(self) -> str:
        """Requests a real inference of each model: a server with a dead stub still reports that it is ready.

        A server that is too busy to answer in time, but finishes other requests meanwhile, works.
        """
        if not ports.answers(self.ports["HTTP"]):
            return "does not accept connections"
        before = self._executions()
        reason = triton_probe.probe(self._http, timeout=self.answers_within)
        busy = "timed out" in reason and self._executions() > max(before, 0)
        return "" if busy else reason

    def _executions(self) -> int:
        """Returns how many requests the models have executed; -1 if the server does not say."""
        try:
            with urllib.request.urlopen(f"{self._http}/v2/models/stats", timeout=self.answers_within) as answer:  # noqa: S310 - our own server
                models = json.loads(answer.read())["model_stats"]
        except (OSError, ValueError, KeyError):
            return -1
        return sum(int(model.get("execution_count", 0)) for model in models)

    def repair(self) -> None:
        """Reloads each model that lost a stub."""
        for model in triton_probe.dead(self._http, timeout=self.answers_within, asked=INSTANCES):
            self.reload(model)

    def reload(self, model: str) -> None:
        """Unloads a model and loads it again. `problem` shows whether that failed."""
        try:
            triton_probe.reload(self._http, model, timeout=60, headers={_KEY_HEADER: self._key()})
        except (OSError, urllib.error.HTTPError):
            return

    def _key(self) -> str:
        file = self.data / "key"
        if not file.exists():
            write_secret(file, secrets.token_urlsafe(16))
        return file.read_text()

    @property
    def _http(self) -> str:
        return f"http://127.0.0.1:{self.ports['HTTP']}"
