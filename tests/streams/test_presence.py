"""Which workers run: their locks, what they say of themselves, and what somebody hears who starts a second one."""

import signal
import subprocess
import sys

import pytest

from streams.presence import PresentWorker, claim, present, second

HOLD = """\
import sys, time
from pathlib import Path
from streams.presence import claim
mine = claim("news", Path(sys.argv[1]))
mine.announce("127.0.0.1", 9464)
print(mine.worker_id, flush=True)
time.sleep(600)
"""


def test_workers_of_one_host_get_different_ids_and_the_same_again(tmp_path):
    with claim("news", tmp_path) as first:
        with claim("news", tmp_path) as another, claim("sink", tmp_path) as other:
            assert len({first.worker_id, another.worker_id, other.worker_id}) == 3
        before = first.worker_id
    # The first is gone, so its id is free: a restarted worker is the same member again.
    with claim("news", tmp_path) as again:
        assert again.worker_id == before


def test_a_killed_worker_is_not_shown(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as worker:
        worker.stdout.readline()
        assert present(tmp_path) == [PresentWorker("news", 0, worker.pid, 9464, "127.0.0.1")]
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert present(tmp_path) == []


def test_looking_takes_nobodys_number(tmp_path):
    with claim("news", tmp_path) as mine:
        for _ in range(3):
            assert [worker.number for worker in present(tmp_path)] == [0]
        with claim("news", tmp_path) as other:
            assert other.worker_id.endswith("-news-1")
        assert mine.worker_id.endswith("-news-0")


def test_a_folder_that_cannot_be_written_gives_an_id_all_the_same(tmp_path):
    (tmp_path / "workers").write_text("a file")
    with claim("news", tmp_path) as mine:
        mine.announce("127.0.0.1", 1)
        assert "-news-" in mine.worker_id
    assert present(tmp_path) == []


@pytest.mark.parametrize(
    ("partitions", "others", "words"),
    [
        (4, 0, ""),
        (4, 1, "another news worker already runs on this machine (pid 7); they share the 4 partitions"),
        (1, 1, "one of them is at work at a time, so this one only stands by"),
        (4, 4, "4 news workers already run"),
    ],
)
def test_a_second_worker_is_noticed_and_no_error(partitions, others, words):
    note = second("news", partitions, [PresentWorker("news", n, 7) for n in range(others)])
    assert words in note
    assert bool(note) == bool(others)
