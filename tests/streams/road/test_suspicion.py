"""Workers die of a record, with a broker in memory: it is found, buried, and nothing else with it."""

import asyncio
from collections.abc import Sequence

import pytest

from streams.road.road import Road
from streams.road.stage import Record
from streams.road.suspicion.bugs import without_paths
from streams.road.suspicion.note import Note, opened
from streams.road.suspicion.suspects import Suspects
from tests.streams.memory import MemoryConsumer, MemoryPublisher
from tests.streams.road.deadly import KILLER, Deadly
from topology.topics import DEAD_LETTERS, RAW_NEWS, TRIPLES

DEATHS_AT_MOST = 4


class World:
    """Partitions, what a group has committed, and one worker after the other."""

    def __init__(self, values: dict[int, Sequence[bytes]], *, batch: int = 16, window: int = 16) -> None:
        self.records = [
            Record(RAW_NEWS.name, partition, offset, 0, None, value)
            for offset in range(max(map(len, values.values())))
            for partition, of_partition in values.items()
            for value in of_partition[offset : offset + 1]
        ]
        self.committed: dict[int, int] = {}
        self.notes: dict[int, str] = {}
        self.publisher = MemoryPublisher()
        self.deaths = 0
        self._batch, self._window = batch, window

    async def live(self, stage: Deadly, *, until=None, killed_when=None, commits: bool = True) -> bool:
        """Lets a worker live until it has done everything, dies, or is stopped; returns whether it died."""
        consumer = MemoryConsumer(
            self.records,
            batch_size=self._batch,
            committed=self.committed,
            notes=self.notes,
            window=self._window,
        )
        consumer.commits = commits
        stop = asyncio.Event()
        task = asyncio.create_task(Road(stage, consumer, self.publisher).run(stop, stop_within=0.01))
        async with asyncio.timeout(20):
            while not (stage.died.is_set() or self.done() or (until and until())):
                await asyncio.sleep(0)
                if killed_when and killed_when():
                    stage.died.set()
        consumer.dead = stage.died.is_set()
        stop.set()
        await asyncio.wait_for(task, 20)
        self.deaths += consumer.dead
        return consumer.dead

    def done(self) -> bool:
        ends = {record.partition: record.offset + 1 for record in self.records}
        return all(self.committed.get(partition, 0) == end for partition, end in ends.items())

    @property
    def buried(self) -> list[bytes | None]:
        return [o.value for o in self.publisher.outputs if o.topic == DEAD_LETTERS.name]

    @property
    def sent(self) -> list[bytes | None]:
        return [o.value for o in self.publisher.outputs if o.topic == TRIPLES.name]


def values(count: int, *killers: int, prefix: str = "") -> list[bytes]:
    return [KILLER if number in killers else f"{prefix}{number}".encode() for number in range(count)]


@pytest.mark.parametrize("at", [0, 1, 7, 15, 16, 40, 99])
async def test_a_record_that_kills_is_found_after_four_deaths_at_most(at: int) -> None:
    world = World({0: values(100, at)})
    while await world.live(stage := Deadly()):
        assert world.deaths <= DEATHS_AT_MOST
    assert world.deaths <= DEATHS_AT_MOST
    # It was buried before any work was done on it, and with nothing else.
    assert KILLER not in stage.touched
    assert world.buried == [KILLER]
    assert set(world.sent) == set(values(100)) - {str(at).encode()}
    letter = next(o for o in world.publisher.outputs if o.topic == DEAD_LETTERS.name)
    assert dict(letter.headers)["__streams.errors.exception"] == b"killed-worker"


async def test_innocents_before_and_after_the_culprit_pass_once_the_worker_isolates() -> None:
    world = World({0: values(48, 9)}, batch=48, window=48)
    for _ in range(3):
        assert await world.live(Deadly())
    # The third worker took eighths: the first one passed, the second has the culprit.
    assert world.committed == {0: 6}
    assert await world.live(Deadly())
    assert world.committed == {0: 9}
    assert not await world.live(Deadly())
    assert world.buried == [KILLER]


async def test_several_culprits_cost_at_most_two_more_deaths_each() -> None:
    world = World({0: values(64, 3, 4, 11)}, batch=64, window=64)
    while await world.live(Deadly()):
        assert world.deaths <= DEATHS_AT_MOST + 2 * 2
    assert world.buried == [KILLER] * 3
    assert len(world.sent) == 61


async def test_an_innocent_of_another_partition_is_not_taken_for_the_culprit() -> None:
    world = World({0: values(20, prefix="a"), 1: values(20, 0, prefix="b"), 2: values(20, prefix="c")})
    while await world.live(Deadly()):
        assert world.deaths <= DEATHS_AT_MOST
    assert world.buried == [KILLER]
    assert len(set(world.sent)) == 59


async def test_clean_stops_are_not_taken_for_deaths() -> None:
    world = World({0: values(30)})
    for _ in range(6):
        stage = Deadly(hangs=True)
        assert not await world.live(stage, until=lambda stage=stage: stage.touched)
        assert world.notes == {0: ""}
    assert not await world.live(stage := Deadly())
    # Full batches: nothing is suspected.
    assert world.buried == []
    assert stage.touched == values(30)


async def test_a_clean_stop_forgets_only_its_own_start() -> None:
    world = World({0: values(30, 5)})
    assert await world.live(Deadly())
    assert await world.live(Deadly())
    before = dict(world.notes)
    stage = Deadly(hangs=True)
    assert not await world.live(stage, until=lambda: stage.touched)
    assert world.notes == before


async def test_a_worker_that_dies_with_nothing_to_read_suspects_nothing() -> None:
    assert opened(7, Note(starts=5), end=7, window=100) == (Note(starts=1), -1)


async def test_deaths_with_progress_in_between_lead_to_no_isolation() -> None:
    """A worker that is killed again and again, but each time after it has passed what was suspected."""
    world = World({0: values(400)}, batch=4, window=16)
    while not world.done():
        stage, begun = Deadly(), world.committed.get(0, 0)
        await world.live(stage, killed_when=lambda begun=begun: world.committed.get(0, 0) >= begun + 20)
        assert "until" not in world.notes[0]
    assert world.deaths > 10
    assert world.buried == []
    assert list(dict.fromkeys(world.sent)) == values(400)


async def test_progress_before_the_culprit_clears_nobody() -> None:
    """The first worker dies before it commits anything, the second one after it has committed what comes before."""
    world = World({0: values(40, 10)}, batch=1, window=16)
    assert await world.live(Deadly(), commits=False)
    assert world.committed == {}
    while await world.live(Deadly()):
        assert world.deaths <= DEATHS_AT_MOST
    assert world.deaths <= DEATHS_AT_MOST
    assert world.buried == [KILLER]


async def test_a_clean_stop_after_progress_keeps_the_deaths_before_it() -> None:
    world = World({0: values(40, 10)}, batch=1, window=16)
    assert await world.live(Deadly(), commits=False)
    assert not await world.live(Deadly(), until=lambda: world.committed.get(0, 0) >= 3)
    assert Note.of(world.notes[0]) == Note(starts=1, within=16)


@pytest.mark.parametrize("text", [None, "", "nonsense", "[]", "5", '{"starts":"2"}', '{"starts":true}', "null", "{"])
def test_what_others_write_beside_an_offset_says_nothing(text: str | None) -> None:
    assert Note.of(text) == Note()


def test_a_note_is_read_as_it_was_written_and_stays_small() -> None:
    note = Note(starts=3, until=2**62, singles=2**61, working=2**60, count=12)
    assert Note.of(note.text()) == note
    assert Note.of('{"starts":2,"later":1}') == Note(starts=2)
    # Kafka allows 4096 bytes.
    assert len(note.text()) < 200


def test_the_supervisor_hears_when_a_suspicion_opens_and_closes() -> None:
    heard: list[bool] = []
    suspects = Suspects(16, changed=heard.append)
    suspects.open(0, 5, "", 100)
    assert heard == []
    suspects.open(0, 5, Note(starts=1).text(), 100)
    suspects.open(1, 5, Note(starts=2).text(), 100)
    assert heard == [True]
    suspects.passed(0, 21)
    suspects.passed(1, 20)
    assert heard == [True]
    suspects.passed(1, 21)
    assert heard == [True, False]


def test_a_bug_is_told_on_one_line_without_the_paths_of_this_machine() -> None:
    error = ValueError("2 mistakes:\n  the file /home/ann/triplewire/a.py is\n\tmissing")
    assert without_paths(error) == "ValueError: 2 mistakes: the file … is missing"
