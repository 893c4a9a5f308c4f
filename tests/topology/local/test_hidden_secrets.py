"""What the embedded stack's servers get as a secret is not in the list of processes."""

import subprocess
import sys

import psutil
import pytest

from topology.local import java
from topology.local.hidden_arguments import hide
from topology.local.neo4j import Neo4j, password_file
from topology.settings import Settings

SECRET = "hunter22-of-the-model"
PROGRAM = "import sys; kept = sys.argv[1]; print('read', flush=True); sys.stdin.read(); print(kept)"


def test_a_secret_argument_is_hidden_from_ps_and_still_known_to_the_program():
    argv = [sys.executable, "-c", PROGRAM, f"--key={SECRET},{SECRET}", "other"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "read\n"
        assert SECRET in " ".join(psutil.Process(process.pid).cmdline())
        assert hide(process.pid, SECRET)
        line = psutil.Process(process.pid).cmdline()
        assert SECRET not in " ".join(line)
        assert line[-1] == "other"
        said, _ = process.communicate("")
    assert said == f"--key={SECRET},{SECRET}\n"


def test_a_process_that_has_ended_has_nothing_to_hide():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert hide(process.pid, SECRET)


@pytest.mark.parametrize("password", [SECRET, '-an "odd\\ one" #@', "@file"])
def test_neo4j_s_password_is_no_argument(tmp_path, monkeypatch, password):
    seen = []

    def run(argv, _what, _env=None):
        seen.append((argv, next(tmp_path.rglob("arguments"))))
        assert seen[0][1].stat().st_mode & 0o077 == 0

    monkeypatch.setattr(java, "run", run)
    server = Neo4j(Settings(state=tmp_path, neo4j_password=password))
    server.data.mkdir(parents=True)
    server._set_password(tmp_path)
    ((argv, file),) = seen
    assert password not in argv
    assert argv[-1] == f"@{file}"
    assert not file.exists()
    assert password_file(tmp_path).read_text() == password
