import os
import subprocess
import sys

import pytest

from topology.bench.cpu import MODEL, STUB, cpu_seconds, difference
from topology.bench.feed import bench_items
from topology.bench.latency import quantile
from topology.demo.feed import SAMPLE

BURN = """
import sys, time
while time.process_time() < 0.5: pass
print("done", flush=True)
sys.stdin.read()
"""


def burn(executable: str) -> dict[str, float]:
    """Lets a process use half a second of CPU, and returns what is counted while it is alive."""
    with subprocess.Popen([executable, "-c", BURN], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        used = cpu_seconds({"triton": [process.pid], "me": [os.getpid()]})
        process.communicate()
    return used


def test_cpu_seconds_are_counted_by_group():
    used = burn(sys.executable)
    assert set(used) == {"triton", "me"}
    assert used["triton"] >= 0.4


def test_what_triton_stubs_use_is_the_models(tmp_path):
    """A stub is known by the name it was started by."""
    stub = tmp_path / STUB
    stub.symlink_to(sys.executable)
    used = burn(str(stub))
    assert used[MODEL] >= 0.4
    assert "triton" not in used


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_quantile_is_the_value_that_so_many_do_not_exceed(share, value):
    assert quantile(list(range(100, 0, -1)), share) == value


def test_difference():
    assert difference({"kafka": 1.0}, {"kafka": 3.0, "sink": 0.5}) == {"kafka": 2.0, "sink": 0.5}


def test_articles_are_repeated_under_new_ids_with_the_same_text():
    items = bench_items(SAMPLE, 200)
    assert len(items) == len({i.key for i in items}) == 200
    assert all(i.article and i.article.op == "upsert" for i in items)
    assert 60 <= len({i.article.revision for i in items}) < 200
