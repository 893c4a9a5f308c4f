import os
import subprocess
import sys

from topology.bench.cpu import MODEL, STUB, cpu_seconds, difference
from topology.bench.feed import SAMPLE, bench_items

BURN = """
import sys, time
while time.process_time() < 0.5: pass
print("done", flush=True)
sys.stdin.read()
"""
PARENT = "import subprocess, sys\nsubprocess.run([sys.argv[1], '-c', sys.argv[2]])\n"


def burn_in_a_child(executable: str) -> dict[str, float]:
    """Lets a child of a process use half a second of CPU, and returns what is counted while both are alive."""
    command = [sys.executable, "-c", PARENT, executable, BURN]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        used = cpu_seconds({"news": process.pid, "me": os.getpid()})
        process.communicate()
    return used


def test_cpu_seconds_count_children_too():
    used = burn_in_a_child(sys.executable)
    assert set(used) == {"news", "me"}
    assert used["news"] >= 0.5


def test_what_triton_stubs_use_is_the_models(tmp_path):
    """A stub is known by the name it was started by."""
    stub = tmp_path / STUB
    stub.symlink_to(sys.executable)
    used = burn_in_a_child(str(stub))
    assert used[MODEL] >= 0.5
    assert used["news"] < used[MODEL]


def test_difference():
    assert difference({"kafka": 1.0}, {"kafka": 3.0, "sink": 0.5}) == {"kafka": 2.0, "sink": 0.5}


def test_articles_are_repeated_under_new_ids_with_the_same_text():
    items = bench_items(SAMPLE, 200)
    assert len(items) == len({i.key for i in items}) == 200
    assert all(i.article and i.article.op == "upsert" for i in items)
    assert 60 <= len({i.article.revision for i in items}) < 200
