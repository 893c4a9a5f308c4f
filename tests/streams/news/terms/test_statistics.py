"""The same record is weighed by the same table, whoever reads it, after whatever crashes; nothing is counted twice."""

import random
from collections import Counter

import pytest

from inference.text.keywords.weigh import TermTable
from streams.news.terms import counting
from streams.news.terms.counting import DAY_MS, GRACE_MS, PartitionCount, Terms, weighed_by
from streams.news.terms.statistics import TermStatistics
from streams.road.stage import Record
from tests.streams.news.terms.memory_log import START, UNREADABLE, MemoryLog, read, record

LIMIT = 40
BASELINE = {"en": TermTable(10, {"w1": 3, "common": 9})}
PARTITIONS = 3

Weights = dict[tuple[int, int], dict[str, int]]


@pytest.fixture(autouse=True)
def frequent_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "CHECKPOINT", 8)


def made_up(seed: int, days: int = 4, per_day: int = 20) -> list[list[Record]]:
    """Partitions of records, some unreadable, some offsets missing, more words than are kept."""
    draw = random.Random(seed)  # noqa: S311
    partitions: list[list[Record]] = [[] for _ in range(PARTITIONS)]
    offsets = [0] * PARTITIONS
    for when in sorted(draw.randrange(days * DAY_MS) for _ in range(days * per_day)):
        partition = draw.randrange(PARTITIONS)
        offsets[partition] += 1 + (draw.random() < 0.1)
        words = [f"w{int(draw.expovariate(0.02))}" for _ in range(5)]
        value = UNREADABLE if draw.random() < 0.1 else b""
        partitions[partition].append(record(partition, offsets[partition], when, *words, value=value))
    return partitions


def in_order(partitions: list[list[Record]]) -> list[Record]:
    return sorted((r for records in partitions for r in records), key=lambda r: (r.timestamp_ms, r.partition))


def statistics(log: MemoryLog) -> TermStatistics:
    return TermStatistics(log, BASELINE, read, LIMIT)


async def take(
    worker: TermStatistics, log: MemoryLog, batch: list[Record], seen: Weights, *, lost: bool = False
) -> None:
    """Has a worker read a batch, and notes what each record is weighed by; a record must never be weighed otherwise."""
    log.now = max(log.now, *(r.timestamp_ms for r in batch))
    rows = [(r, terms) for r in batch if (terms := read(r)) is not None]
    await worker.count(rows, (lambda *_: None) if lost else log.keep)
    for r, _ in rows:
        table = (await worker.tables(r))["en"]
        weights = {**table.counts, "documents": table.documents}
        assert seen.setdefault((r.partition, r.offset), weights) == weights


async def undisturbed(partitions: list[list[Record]]) -> Weights:
    log, seen = MemoryLog(partitions), {}
    worker = statistics(log)
    for r in in_order(partitions):
        await take(worker, log, [r], seen)
    return seen


def counted_by_hand(partitions: list[list[Record]], until: int) -> int:
    return sum(read(r) is not None and r.timestamp_ms < until for records in partitions for r in records)


async def test_an_article_is_weighed_by_all_days_before_its_own() -> None:
    partitions = made_up(1)
    seen = await undisturbed(partitions)
    for r in in_order(partitions):
        if read(r) is None:
            continue
        until = weighed_by(r.timestamp_ms) * DAY_MS
        assert seen[r.partition, r.offset]["documents"] == 10 + counted_by_hand(partitions, until)
    assert len({weights["documents"] for weights in seen.values()}) == 4


async def test_the_counts_are_right() -> None:
    words = [["a", "b", "a"], ["a"], ["c"], ["a"]]
    records = [[record(0, i, i * DAY_MS // 2, *said) for i, said in enumerate(words)]]
    log, seen = MemoryLog(records), {}
    await take(statistics(log), log, [record(0, 4, 5 * DAY_MS)], seen)
    assert seen[0, 4] == {"documents": 14, "w1": 3, "common": 9, "a": 3, "b": 1, "c": 1}


@pytest.mark.parametrize("seed", range(6))
async def test_crashes_repeats_and_lost_snapshots_change_nothing(seed: int) -> None:
    partitions = made_up(seed)
    expected = await undisturbed(partitions)
    draw = random.Random(seed)  # noqa: S311
    log, seen, records = MemoryLog(partitions), {}, in_order(partitions)
    worker, at = statistics(log), 0
    while at < len(records):
        batch = records[at : at + draw.randrange(1, 12)]
        await take(worker, log, batch, seen, lost=draw.random() < 0.3)
        at += len(batch)
        if draw.random() < 0.3:  # it dies, and what was not yet acknowledged comes again
            worker, at = statistics(log), max(0, at - draw.randrange(20))
    assert seen == expected


@pytest.mark.parametrize("seed", range(6))
async def test_workers_that_share_partitions_and_hand_them_over_say_the_same(seed: int) -> None:
    partitions = made_up(seed)
    expected = await undisturbed(partitions)
    draw = random.Random(seed)  # noqa: S311
    log, seen = MemoryLog(partitions), {}
    workers = [statistics(log), statistics(log)]
    owner = [0, 1, 1]
    for r in in_order(partitions):
        await take(workers[owner[r.partition]], log, [r], seen)
        if draw.random() < 0.1:
            owner[draw.randrange(PARTITIONS)] ^= 1
        if draw.random() < 0.1:  # one that does not know it has lost the partition goes on for a while
            await take(workers[1 - owner[r.partition]], log, [r], seen)
    assert seen == expected


async def test_a_backlog_is_weighed_as_it_would_have_been_at_the_time() -> None:
    partitions = made_up(5)
    expected = await undisturbed(partitions)
    log, seen = MemoryLog(partitions), {}
    log.now = START + 100 * DAY_MS
    worker = statistics(log)
    for records in partitions:  # partition after partition: the order between them is as wrong as can be
        for i in range(0, len(records), 25):
            await take(worker, log, records[i : i + 25], seen)
    assert seen == expected


async def test_a_snapshot_spares_reading_the_log_again() -> None:
    partitions = made_up(3, days=1, per_day=300)
    log = MemoryLog(partitions)
    await take(statistics(log), log, in_order(partitions), {})
    log.records_read = 0
    own = partitions[0]
    await take(statistics(log), log, [record(0, own[-1].offset + 1, 2 * DAY_MS)], {})
    assert log.records_read <= 2 * PARTITIONS * counting.CHECKPOINT < len(in_order(partitions))


async def test_the_last_minutes_of_a_day_may_still_be_on_their_way() -> None:
    late = [[record(0, 0, DAY_MS - 1, "late")], [record(1, 0, DAY_MS + GRACE_MS - 1), record(1, 1, DAY_MS + GRACE_MS)]]
    log, seen = MemoryLog(late), {}
    worker = statistics(log)
    for r in late[1]:
        await take(worker, log, [r], seen)
    assert ["late" in seen[1, i] for i in range(2)] == [False, True]


async def test_a_clock_that_steps_back_counts_for_the_later_day_everywhere() -> None:
    records = [[record(0, 0, 0, "a"), record(0, 1, DAY_MS, "b"), record(0, 2, DAY_MS - 5, "c")]]
    asker = record(0, 3, DAY_MS + GRACE_MS)
    tables = []
    for batches in ([records[0]], [[r] for r in records[0]], []):
        log = MemoryLog(records)
        log.now = START + 2 * DAY_MS
        worker = statistics(log)
        for batch in batches:
            await take(worker, log, batch, {})
        tables.append((await worker.tables(asker))["en"].counts)
    assert tables[0] == tables[1] == tables[2]
    assert {"a", "b", "c"} & set(tables[0]) == {"a"}


def test_memory_is_bounded_and_what_is_frequent_stays() -> None:
    count = PartitionCount()
    draw = random.Random(0)  # noqa: S311
    longest = 0
    for offset in range(3000):
        count.add(offset, START, Terms("en", ["frequent", *(f"x{draw.random()}" for _ in range(9))]), LIMIT)
        longest = max(longest, len(count.tables["en"].counts))
    assert longest <= 2 * LIMIT + 10
    assert count.tables["en"].counts["frequent"] == count.tables["en"].documents == 3000


def test_a_record_counts_once_however_often_it_comes() -> None:
    count = PartitionCount()
    for offset in (0, 1, 1, 0, 2, 2):
        count.add(offset, START, Terms("en", ["a"]), LIMIT)
    assert (count.tables["en"].documents, count.tables["en"].counts, count.next_offset) == (3, {"a": 3}, 3)


async def test_only_so_many_days_tables_are_at_hand() -> None:
    log = MemoryLog([[]])
    worker = statistics(log)
    for day in (3, 1, 5, 7, 2):
        await worker.tables(record(0, 0, day * DAY_MS + GRACE_MS))
        assert len(worker._tables) <= 2


def test_pruning_does_not_depend_on_the_order_of_words() -> None:
    words = [f"w{i}" for i in range(2 * LIMIT + 1)]
    tables = []
    for order in (words, words[::-1]):
        table = TermTable()
        table.add([*order, order[0]], LIMIT)
        tables.append(Counter(table.counts))
    assert tables[0] == tables[1]
    assert len(tables[0]) == LIMIT
