"""Feeds are read in processes that may die of them: the feed fails, and nothing else does."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from streams.feeds import child
from streams.feeds.child import Request
from streams.feeds.readers import Readers, ReadingBugError
from streams.feeds.reading import FeedReader
from streams.sources import FeedRecord, LeftOut, SourceError
from tests.streams.feeds.world import HOUR, Answer, World, rss

SMALL = 96 * 2**20
ADDRESS = "https://wire.example/feed"
BOMB = b"[" + b"[]," * 900_000 + b"[]]"
"""3 MB of JSON that take too much memory as Python has them; of a larger one not even the parser has enough."""


def processes() -> dict[int, psutil.Process]:
    return {p.pid: p for p in psutil.Process().children() if reads_feeds(p)}


def reads_feeds(process: psutil.Process) -> bool:
    try:
        return "streams.feeds.child" in process.cmdline()
    except (psutil.ZombieProcess, psutil.NoSuchProcess):
        return False  # whatever it was, it has ended


@pytest.fixture
def alone():
    """Returns the only process that was started since."""
    before = processes()

    def found() -> psutil.Process:
        (one,) = (process for pid, process in processes().items() if pid not in before)
        return one

    return found


@pytest.fixture
def readers(alone):
    readers = Readers(1, SMALL)
    yield readers
    readers.close()
    with pytest.raises(ValueError, match="not enough values"):
        alone()


def opened(readers: Readers, data: bytes, seconds: float = 20.0) -> Iterator[FeedRecord | LeftOut]:
    return readers.read(Request(ADDRESS, seconds, len(data), ADDRESS), data)


def bodies(readers: Readers, data: bytes, seconds: float = 20.0) -> list[str]:
    return [one.article.body for one in opened(readers, data, seconds) if isinstance(one, FeedRecord)]


def test_one_process_reads_feed_after_feed(readers, alone):
    assert bodies(readers, rss(("1", "One."), ("2", "Two."))) == ["One.", "Two."]
    first = alone().pid
    assert bodies(readers, rss(("1", "Ünï."))) == ["Ünï."]
    with pytest.raises(SourceError, match="not an RSS or Atom feed"):
        bodies(readers, b"<html></html>")
    assert bodies(readers, rss(("3", "Three."))) == ["Three."]
    assert alone().pid == first


def test_what_is_read_is_what_publish_reads(readers):
    feed = rss(("1", "One."), ("1", "One."), more="<item><enclosure url='x'/></item>")
    assert list(opened(readers, feed)) == list(child.read_feed(feed, ADDRESS, address=ADDRESS))


@pytest.mark.parametrize(("times", "said"), [(1, "more memory than allowed"), (3, "Not enough memory")])
def test_a_feed_that_takes_too_much_memory_fails_alone(readers, times, said):
    with pytest.raises(SourceError, match=said):
        bodies(readers, b"[" + b",".join([BOMB] * times) + b"]")
    assert bodies(readers, rss(("1", "One."))) == ["One."]


def test_a_feed_that_takes_too_much_time_fails_alone(readers):
    with pytest.raises(SourceError, match=r"more than 0.2 s of processor time"):
        bodies(readers, rss(*((str(n), "Text.") for n in range(60_000))), seconds=0.2)
    assert bodies(readers, rss(("1", "One."))) == ["One."]


def test_a_process_that_is_killed_while_it_waits_costs_no_feed(readers, alone):
    assert bodies(readers, rss(("1", "One."))) == ["One."]
    first = alone()
    first.kill()
    while first.is_running() and first.status() != psutil.STATUS_ZOMBIE:
        pass
    assert bodies(readers, rss(("2", "Two."))) == ["Two."]


def test_a_process_that_is_killed_while_it_reads_is_a_failure_of_that_feed(readers, alone):
    reading = opened(readers, rss(*((str(n), "Text. " * 100) for n in range(2000))))
    next(reading)
    alone().send_signal(signal.SIGKILL)
    with pytest.raises(SourceError, match="ended with status -9"):
        list(reading)
    assert bodies(readers, rss(("2", "Two."))) == ["Two."]


def test_a_reading_that_is_given_up_makes_way(readers):
    reading = opened(readers, rss(*((str(n), "Text. " * 100) for n in range(2000))))
    next(reading)
    reading.close()
    assert bodies(readers, rss(("2", "Two."))) == ["Two."]


def test_a_fault_of_ours_is_not_taken_for_the_feeds(readers):
    with pytest.raises(ReadingBugError, match="ValueError: embedded null byte"):
        list(readers.read(Request("in", 20.0, folder="\0")))
    assert bodies(readers, rss(("2", "Two."))) == ["Two."]


def test_a_process_knows_no_secret_and_writes_no_file(readers, alone, monkeypatch):
    monkeypatch.setenv("TRIPLEWIRE_KAFKA_PASSWORD", "hush")
    assert bodies(readers, rss(("1", "One."))) == ["One."]
    about = Path(f"/proc/{alone().pid}")
    assert b"hush" not in (about / "environ").read_bytes()
    assert (about / "oom_score_adj").read_text().strip() == "1000"
    assert alone().rlimit(psutil.RLIMIT_FSIZE) == (0, 0)


def test_a_process_ends_with_its_worker(tmp_path):
    code = (
        "import os, psutil\n"
        "from streams.feeds.child import Request\n"
        "from streams.feeds.readers import Readers\n"
        f"list(Readers().read(Request('in', 20.0, folder={str(tmp_path)!r})))\n"
        "print(psutil.Process().children()[0].pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    worker = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=False)
    assert worker.returncode == -9
    with suppress(psutil.NoSuchProcess):
        psutil.Process(int(worker.stdout)).wait(timeout=30)


@pytest.mark.parametrize("held", [child.HELD, 0])
def test_of_an_article_that_is_there_several_times_the_last_one_counts(monkeypatch, held):
    monkeypatch.setattr(child, "HELD", held)
    one, two, three = (FeedRecord(key, b"%d" % n, f"line {n}") for n, key in enumerate("aba"))
    found = [one, LeftOut("line 9", "x", "y"), two, three]
    said = b"".join(child.without_repeats(lambda: iter(found))).decode()
    assert said.splitlines() == [
        '{"left": ["line 0", "a", "a later one has the same id", false]}',
        '{"left": ["line 9", "x", "y", false]}',
        '{"key": "b", "size": 1, "where": "line 1", "problem": ""}',
        '1{"key": "a", "size": 1, "where": "line 2", "problem": ""}',
        "2",
    ]


async def test_a_feed_that_kills_its_reader_keeps_no_other_from_being_read():
    world, readers = World(), Readers(1, SMALL)
    try:
        world.press.answers |= {"/bomb": Answer(BOMB, validates=False), "/b": Answer(rss(("2", "B.")))}
        read = FeedReader(readers, 5.0).read
        last = await world.pass_(2 * HOUR, world.feed("/bomb"), world.feed("/b"), read=read)
        assert world.topics.bodies() == ["B."]
        assert len(last.failing()) == 1
        assert len(world.press.times("/bomb")) <= 4
        world.press.answers["/bomb"] = Answer(rss(("1", "A.")))
        await world.pass_(6 * HOUR, world.feed("/bomb"), world.feed("/b"), read=read)
        assert world.topics.bodies() == ["B.", "A."]
    finally:
        world.close()
        readers.close()
