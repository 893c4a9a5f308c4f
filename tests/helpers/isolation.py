"""Keeps the settings of the person who runs the tests away from the tests and from the processes that they start.

Environment variables are removed; a `.env` file is read from the working directory, so the tests run in an empty one.
"""

import os
import tempfile
from pathlib import Path

from topology.settings import REPOSITORY, Settings, settings


class Isolation:
    """A clean environment from `begin` until `end`."""

    def __init__(self) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="triplewire-tests-")
        self._origin = Path.cwd()
        self._removed: dict[str, str] = {}
        self._path = os.environ.get("PYTHONPATH")

    def begin(self) -> None:
        """Removes the variables and enters the empty directory."""
        # OpenTelemetry's standard variables would make the workers of tests send their spans somewhere.
        prefixes = (str(Settings.model_config["env_prefix"]), "OTEL_")
        for name in [name for name in os.environ if name.upper().startswith(prefixes)]:
            self._removed[name] = os.environ.pop(name)
        # Subprocesses run this checkout's code, wherever they run and whatever is installed.
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(REPOSITORY), self._path)))
        os.chdir(self._directory.name)
        settings.cache_clear()

    def end(self) -> None:
        """Restores what `begin` changed."""
        os.chdir(self._origin)
        self._directory.cleanup()
        os.environ.pop("PYTHONPATH", None)
        os.environ |= self._removed | ({"PYTHONPATH": self._path} if self._path is not None else {})
