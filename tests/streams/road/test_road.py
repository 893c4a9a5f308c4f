"""The road's behaviour, with a broker in memory. `tests/live/road/test_road.py` asks the same of a real one."""

import asyncio
import hashlib
from collections.abc import Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest

from streams.messages.events import Document
from streams.news.stage import NewsStage
from streams.road.dead_letters import DeadLetter, printable
from streams.road.publisher import Refused
from streams.road.road import Road
from streams.road.stage import Item, Output, PoisonError, Record
from streams.road.suspicion.bugs import MAX_BURIED
from tests.streams import bad_input
from tests.streams.doubles import WordExtractor
from tests.streams.hostile import HeaderName
from tests.streams.memory import MemoryConsumer, MemoryPublisher
from topology.topics import DEAD_LETTERS, RAW_NEWS, TRIPLES


def records(values: Sequence[bytes]) -> list[Record]:
    return [Record(RAW_NEWS.name, 0, offset, 0, None, value) for offset, value in enumerate(values)]


class Echo:
    """Publishes what it reads. What it does with a value is decided by the test."""

    name = "echo"
    topic = RAW_NEWS
    group = "echo"
    batch_size = 4
    in_flight = 3

    def __init__(self, act=None) -> None:
        self.act = act
        self.calls: list[list[bytes]] = []
        self.running = 0
        self.most_running = 0

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def ready(self) -> str:
        return ""

    def parse(self, record: Record) -> bytes:
        return record.value or b""

    async def process(self, items: Sequence[Item[bytes]]) -> Sequence[Output]:
        self.calls.append([item.value for item in items])
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            if self.act is not None:
                await self.act([item.value for item in items])
        finally:
            self.running -= 1
        return [Output(TRIPLES.name, None, item.value, (), item.record) for item in items]


@asynccontextmanager
async def running(stage, consumer, publisher, bugs=None, **options):
    """Runs a road for as long as the block lasts; bugs are collected."""
    stop = asyncio.Event()
    road = Road(stage, consumer, publisher, on_bug=(bugs if bugs is not None else []).append, **options)
    task = asyncio.create_task(road.run(stop))
    try:
        yield road
    finally:
        stop.set()
        await asyncio.wait_for(task, 20)


async def until(condition) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - the condition is whatever the test asks
            await asyncio.sleep(0)


VALUES = [str(number).encode() for number in range(23)]


async def test_bad_input_is_buried_and_its_neighbours_go_on() -> None:
    bad = bad_input.cases("a")
    raw = bad_input.with_neighbours("a", bad)
    given = [
        Record(
            RAW_NEWS.name,
            0,
            offset,
            0,
            key,
            value,
            tuple(("x-\udcff\udcfe" if isinstance(n, HeaderName) else n, v) for n, v in headers),
        )
        for offset, (key, value, headers) in enumerate(raw)
    ]
    consumer, publisher = MemoryConsumer(given, batch_size=16), MemoryPublisher()
    async with running(NewsStage(WordExtractor()), consumer, publisher):
        await until(lambda: consumer.committed.get(0) == len(given))
    letters = [
        DeadLetter.of(Record(o.topic, 0, n, 0, o.key, o.value, tuple(o.headers)))
        for n, o in enumerate(publisher.outputs)
        if o.topic == DEAD_LETTERS.name
    ]
    # One batch's unreadable records are found before those the model refuses; sorted, they stand as they were sent.
    bad_input.check(sorted(letters, key=lambda letter: int(letter.offset)), bad, RAW_NEWS.name)
    documents = [
        Document.model_validate_json(o.value or b"")
        for o in publisher.outputs
        if ("ce_type", b"triplewire.document") in o.headers
    ]
    assert [document.id for document in documents] == [f"a-{number}" for number in range(len(bad) + 1)]
    assert {document.triples for document in documents} == {1}


async def test_batches_are_worked_on_at_once_but_published_and_acknowledged_in_order() -> None:
    first = asyncio.Event()

    async def first_is_last(values: list[bytes]) -> None:
        if VALUES[0] in values:
            await first.wait()

    stage = Echo(first_is_last)
    consumer, publisher = MemoryConsumer(records(VALUES), batch_size=4), MemoryPublisher()
    async with running(stage, consumer, publisher):
        await until(lambda: len(stage.calls) == stage.in_flight)
        assert publisher.outputs == []
        assert consumer.acknowledged == []
        first.set()
        await until(lambda: len(consumer.acknowledged) == len(VALUES))
    assert [output.value for output in publisher.outputs] == VALUES
    assert [record.offset for record in consumer.acknowledged] == list(range(len(VALUES)))


async def test_one_in_flight_means_one_call_after_the_other() -> None:
    async def give_way(_: list[bytes]) -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    stage = Echo(give_way)
    stage.in_flight = 1
    consumer = MemoryConsumer(records(VALUES), batch_size=4)
    async with running(stage, consumer, MemoryPublisher()):
        await until(lambda: len(consumer.acknowledged) == len(VALUES))
    assert stage.most_running == 1


async def test_only_the_poison_row_is_buried() -> None:
    async def refuse(values: list[bytes]) -> None:
        if b"5" in values:
            raise PoisonError("bad", "five")

    consumer, publisher = MemoryConsumer(records(VALUES), batch_size=8), MemoryPublisher()
    async with running(Echo(refuse), consumer, publisher):
        await until(lambda: len(consumer.acknowledged) == len(VALUES))
    assert [o.value for o in publisher.outputs if o.topic == DEAD_LETTERS.name] == [b"5"]
    assert [o.value for o in publisher.outputs if o.topic == TRIPLES.name] == [v for v in VALUES if v != b"5"]


async def test_too_many_bugs_leave_their_batch_and_all_later_ones_and_commit_the_earlier() -> None:
    async def break_(values: list[bytes]) -> None:
        if any(int(value) >= 8 for value in values):
            raise ZeroDivisionError

    bugs: list[BaseException] = []
    consumer = MemoryConsumer(records(VALUES), batch_size=4)
    async with running(Echo(break_), consumer, MemoryPublisher(), bugs):
        await until(lambda: bugs)
        # What is finished is committed before the process ends, and the end counts as a death.
        assert consumer.settled == [False]
    assert isinstance(bugs[0], ZeroDivisionError)
    assert consumer.committed == {0: 8}


@pytest.mark.parametrize("where", ["parse", "process"])
async def test_a_row_that_is_a_bug_twice_is_buried_at_once_and_its_neighbours_go_on(where: str) -> None:
    def break_(values: list[bytes]) -> None:
        if b"9" in values:
            open("/no/such/folder/at/all")  # noqa: SIM115, PTH123 - it raises

    class Broken(Echo):
        def parse(self, record: Record) -> bytes:
            if where == "parse":
                break_([record.value or b""])
            return super().parse(record)

        async def process(self, items: Sequence[Item[bytes]]) -> Sequence[Output]:
            if where == "process":
                break_([item.value for item in items])
            return await super().process(items)

    bugs: list[BaseException] = []
    consumer, publisher = MemoryConsumer(records(VALUES), batch_size=8), MemoryPublisher()
    async with running(Broken(), consumer, publisher, bugs):
        await until(lambda: len(consumer.acknowledged) == len(VALUES))
    (letter,) = [o for o in publisher.outputs if o.topic == DEAD_LETTERS.name]
    assert (letter.value, bugs) == (b"9", [])
    said = dict(letter.headers)
    assert said["__streams.errors.exception"] == b"bug"
    message = (said["__streams.errors.message"] or b"").decode()
    assert "FileNotFoundError" in message
    # No paths of this machine, and no traceback: the log has it.
    assert "/no/such" not in message
    assert "Traceback" not in message


async def test_a_mishap_that_happens_once_buries_none() -> None:
    failures = iter([True, False, True, False])

    async def sometimes(values: list[bytes]) -> None:
        if b"9" in values and next(failures, False):
            raise ZeroDivisionError

    consumer, publisher = MemoryConsumer(records(VALUES), batch_size=8), MemoryPublisher()
    async with running(Echo(sometimes), consumer, publisher):
        await until(lambda: len(consumer.acknowledged) == len(VALUES))
    assert [o.value for o in publisher.outputs] == VALUES


async def test_a_bug_of_every_row_buries_none() -> None:
    async def break_(_: list[bytes]) -> None:
        raise ZeroDivisionError

    bugs: list[BaseException] = []
    consumer, publisher = MemoryConsumer(records(VALUES), batch_size=8), MemoryPublisher()
    async with running(Echo(break_), consumer, publisher, bugs):
        await until(lambda: bugs)
    assert (consumer.acknowledged, publisher.outputs) == ([], [])


async def test_a_bug_of_every_row_ends_the_process_though_batches_have_one_record() -> None:
    async def break_(_: list[bytes]) -> None:
        raise ZeroDivisionError

    bugs: list[BaseException] = []
    consumer, publisher = MemoryConsumer(records(VALUES), batch_size=1), MemoryPublisher()
    async with running(Echo(break_), consumer, publisher, bugs):
        await until(lambda: bugs)
    assert len(publisher.outputs) <= MAX_BURIED


async def test_a_dead_letter_that_the_broker_finds_too_large_is_cut_further() -> None:
    class Small(MemoryPublisher):
        async def publish(self, outputs: Sequence[Output]) -> list[Refused]:
            large = [o for o in outputs if len(o.value or b"") > 50_000]
            await super().publish([o for o in outputs if o not in large])
            return [Refused(o.origin, "too large") for o in large]

    async def refuse(_: list[bytes]) -> None:
        raise PoisonError("bad", "all")

    value = b"x" * 2_000_000
    bugs: list[BaseException] = []
    consumer, publisher = MemoryConsumer(records([value, b"small"]), batch_size=4), Small()
    async with running(Echo(refuse), consumer, publisher, bugs):
        await until(lambda: len(consumer.acknowledged) == 2)
    assert bugs == []
    small, letter = sorted(publisher.outputs, key=lambda o: len(o.value or b""))
    assert small.value == b"small"
    read = DeadLetter.of(Record(letter.topic, 0, 0, 0, letter.key, letter.value, tuple(letter.headers)))
    assert (read.cut, read.length, read.sha256) == (True, "2000000", hashlib.sha256(value).hexdigest())


async def test_batches_shrink_while_they_are_slow_and_keep_their_order() -> None:
    clock = 0.0

    async def slow(values: list[bytes]) -> None:
        nonlocal clock
        clock += len(values)  # a second each

    many = [str(number).encode() for number in range(200)]
    stage = Echo(slow)
    stage.batch_size, stage.in_flight = 32, 1
    consumer, publisher = MemoryConsumer(records(many), batch_size=32), MemoryPublisher()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streams.road.road.time", SimpleNamespace(monotonic=lambda: clock))
        async with running(stage, consumer, publisher, batch_target=4.0):
            await until(lambda: len(consumer.acknowledged) == len(many))
    assert len(stage.calls[0]) == 32
    assert max(len(call) for call in stage.calls[4:]) <= 8
    assert [o.value for o in publisher.outputs] == many


async def test_records_of_many_bytes_are_taken_a_few_at_a_time() -> None:
    stage = Echo()
    stage.batch_size = 32
    consumer = MemoryConsumer(records([b"x" * 6_000_000] * 8), batch_size=32)
    async with running(stage, consumer, MemoryPublisher()):
        await until(lambda: len(consumer.acknowledged) == 8)
    assert max(len(call) for call in stage.calls) == 2


async def test_nothing_is_acknowledged_before_it_is_published() -> None:
    class Waiting(MemoryPublisher):
        def __init__(self) -> None:
            super().__init__()
            self.acknowledge = asyncio.Event()

        async def publish(self, outputs: Sequence[Output]) -> list[Refused]:
            await super().publish(outputs)
            await self.acknowledge.wait()
            return []

    consumer, publisher = MemoryConsumer(records(VALUES[:4]), batch_size=4), Waiting()
    async with running(Echo(), consumer, publisher):
        await until(lambda: publisher.outputs)
        assert consumer.acknowledged == []
        publisher.acknowledge.set()
        await until(lambda: len(consumer.acknowledged) == 4)


async def test_what_a_rebalance_took_is_neither_published_nor_acknowledged() -> None:
    rebalanced = asyncio.Event()

    async def wait(_: list[bytes]) -> None:
        await rebalanced.wait()

    stage = Echo(wait)
    old = records(VALUES[:4])
    new = [Record(RAW_NEWS.name, 0, r.offset, 0, None, r.value, generation=1) for r in old]
    consumer, publisher = MemoryConsumer([*old, *new], batch_size=4), MemoryPublisher()
    async with running(stage, consumer, publisher):
        await until(lambda: len(stage.calls) == 2)
        consumer.generation = 1
        rebalanced.set()
        await until(lambda: consumer.acknowledged)
    assert consumer.acknowledged == new
    assert [output.origin for output in publisher.outputs] == new


async def test_an_output_no_topic_takes_buries_its_record() -> None:
    class Small(MemoryPublisher):
        async def publish(self, outputs: Sequence[Output]) -> list[Refused]:
            large = [o for o in outputs if o.topic == TRIPLES.name and o.value == b"7"]
            await super().publish([o for o in outputs if o not in large])
            return [Refused(o.origin, "too large") for o in large]

    consumer, publisher = MemoryConsumer(records(VALUES), batch_size=4), Small()
    async with running(Echo(), consumer, publisher):
        await until(lambda: len(consumer.acknowledged) == len(VALUES))
    (letter,) = [o for o in publisher.outputs if o.topic == DEAD_LETTERS.name]
    assert letter.value == b"7"
    assert dict(letter.headers)["__streams.errors.exception"] == b"output-too-large"


async def test_stopping_finishes_what_is_in_flight() -> None:
    go = asyncio.Event()

    async def wait(_: list[bytes]) -> None:
        await go.wait()

    stage = Echo(wait)
    consumer = MemoryConsumer(records(VALUES), batch_size=4)
    stop = asyncio.Event()
    task = asyncio.create_task(Road(stage, consumer, MemoryPublisher()).run(stop))
    await until(lambda: len(stage.calls) == stage.in_flight)
    stop.set()
    go.set()
    await asyncio.wait_for(task, 20)
    assert consumer.committed == {0: 12}


async def test_stopping_does_not_wait_for_ever() -> None:
    stage = Echo(lambda _: asyncio.Event().wait())
    consumer = MemoryConsumer(records(VALUES), batch_size=4)
    stop = asyncio.Event()
    task = asyncio.create_task(Road(stage, consumer, MemoryPublisher()).run(stop, stop_within=0.01))
    await until(lambda: len(stage.calls) == stage.in_flight)
    stop.set()
    await asyncio.wait_for(task, 20)
    assert consumer.committed == {}


async def test_stopping_does_not_wait_for_a_stage_that_cannot_start() -> None:
    class Waiting(Echo):
        stopped = False

        async def start(self) -> None:
            await asyncio.Event().wait()

        async def stop(self) -> None:
            self.stopped = True

    stage, stop = Waiting(), asyncio.Event()
    stop.set()
    await asyncio.wait_for(Road(stage, MemoryConsumer([], batch_size=4), MemoryPublisher()).run(stop), 20)
    assert stage.stopped


async def test_health_names_a_stage_that_is_not_ready_and_a_batch_that_hangs() -> None:
    class Broken(Echo):
        async def ready(self) -> str:
            return "no model"

    stage = Broken(lambda _: asyncio.Event().wait())
    stop = asyncio.Event()
    road = Road(stage, MemoryConsumer(records(VALUES), batch_size=4), MemoryPublisher())
    assert await road.trouble(60) == ["no model"]
    task = asyncio.create_task(road.run(stop, stop_within=0.01))
    await until(lambda: road.oldest > 0)
    reasons = await road.trouble(0)
    stop.set()
    await asyncio.wait_for(task, 20)
    assert reasons == ["a batch has been in flight for 0 s", "no model"]


@pytest.mark.parametrize(("name", "shown"), [("plain", "plain"), ("größe", "größe"), ("x-\udcff", r"x-\xff")])
def test_header_names_of_dead_letters_can_be_encoded(name: str, shown: str) -> None:
    assert printable(name) == shown
    assert printable(name).encode()
