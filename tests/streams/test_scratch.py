"""Temporary folders: those of living processes stay, those of killed ones go."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from streams.scratch import PREFIX, Scratch

HOLD = """
import sys
from pathlib import Path
from streams.scratch import Scratch
scratch = Scratch(Path(sys.argv[1]))
(scratch.path / "file").write_text("x")
print(scratch.path, flush=True)
sys.stdin.read()
"""


def test_what_a_killed_process_leaves_is_removed_and_what_a_living_one_has_is_not(tmp_path):
    with _holding(tmp_path) as first, _holding(tmp_path) as second:
        _check(tmp_path, first, second)
    Scratch(tmp_path).close()
    assert list(tmp_path.iterdir()) == []


def _holding(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", HOLD, str(folder)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _check(tmp_path: Path, *started: subprocess.Popen[bytes]) -> None:
    killed, living = ((process, process.stdout.readline().decode().strip()) for process in started)
    os.kill(killed[0].pid, signal.SIGKILL)
    killed[0].wait()
    assert os.path.exists(f"{killed[1]}/file")  # noqa: PTH110
    own = Scratch(tmp_path)
    assert {str(path) for path in tmp_path.iterdir()} == {living[1], str(own.path)}
    own.close()
    own.close()
    living[0].stdin.close()


def test_what_is_not_ours_to_remove_stays(tmp_path):
    (tmp_path / "else").mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(tmp_path / "else")
    (tmp_path / f"{PREFIX}file").write_text("x")
    Scratch(tmp_path).close()
    assert len(list(tmp_path.iterdir())) == 3
