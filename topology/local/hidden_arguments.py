"""Hides a secret in the command line of a running process: every user of the machine may read that with `ps`.

For servers that take a secret in no other way. A program may write over its own arguments, and so may its parent,
through the kernel's view of its memory.
"""

from contextlib import suppress
from pathlib import Path

_START, _END = 48, 49
"""Fields of /proc/PID/stat with the addresses of the command line; see proc_pid_stat(5)."""


def hide(pid: int, secret: str) -> bool:
    """Writes asterisks over a secret in the arguments of a process that has read them.

    Args:
        pid: A process of ours: a child, or of the same user where the kernel allows that.
        secret: What to hide.

    Returns:
        Whether the command line is free of it now.
    """
    process, hidden = Path(f"/proc/{pid}"), secret.encode()
    with suppress(OSError, ValueError):
        # The second field, the program's name, stands in parentheses and may itself contain any character.
        fields = (process / "stat").read_text().rpartition(")")[2].split()
        start, end = (int(fields[number - 3]) for number in (_START, _END))
        with (process / "mem").open("r+b", buffering=0) as memory:
            memory.seek(start)
            arguments = memory.read(end - start)
            at = arguments.find(hidden)
            while at >= 0:
                memory.seek(start + at)
                memory.write(b"*" * len(hidden))
                at = arguments.find(hidden, at + 1)
    try:
        return hidden not in (process / "cmdline").read_bytes()
    except OSError:
        return True  # it has ended
