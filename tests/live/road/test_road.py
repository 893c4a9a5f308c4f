"""The road on a real broker: nothing lost, whatever is sent and whoever dies."""

import asyncio
import os

import pytest

from streams.messages.events import Document
from streams.road.dead_letters import DeadLetter
from streams.road.exit_codes import BUG_EXIT
from streams.road.publisher import KafkaPublisher
from streams.road.stage import Output, Record
from streams.road.suspicion.bugs import MAX_BURIED
from tests.live.road.checks import articles, nothing_is_lost
from tests.live.road.harness import Lane
from tests.streams import bad_input, hostile
from topology.topics import DEAD_LETTERS, RAW_MEDIA, TRIPLES

pytestmark = pytest.mark.live


async def test_bad_input_never_stops_the_stream(lane: Lane) -> None:
    bad = bad_input.cases(lane.topic)
    raw = bad_input.with_neighbours(lane.topic, bad)
    await hostile.publish_batch(lane.kafka, lane.topic, 1, raw)
    async with lane.worker():
        await lane.until_committed(len(raw))

    def ours(records: list[Record]) -> list[Record]:
        return [record for record in records if record.header("__streams.errors.topic") == lane.topic.encode()]

    letters = [
        DeadLetter.of(record)
        for record in ours(await lane.read(DEAD_LETTERS.name, lambda records: len(ours(records)) >= len(bad)))
    ]
    bad_input.check(sorted(letters, key=lambda letter: int(letter.offset)), bad, lane.topic)
    good = {f"{lane.topic}-{number}".encode() for number in range(len(bad) + 1)}
    await lane.read(TRIPLES.name, lambda records: good <= {record.key for record in records})


async def test_one_unreadable_header_name_among_a_hundred_records(lane: Lane) -> None:
    values = articles(lane, 99)
    raw: list[hostile.Raw] = [(key.encode(), value, ()) for key, value in values]
    raw.insert(60, (b"evil", b"{}", ((hostile.HeaderName("x"), b"1"),)))
    await hostile.publish_batch(lane.kafka, lane.topic, 0, raw)
    async with lane.worker():
        await nothing_is_lost(lane, values)
        await lane.until_committed(100)


async def test_an_id_with_other_text_is_a_revision_and_keeps_its_order(lane: Lane) -> None:
    id_ = f"{lane.topic}-twice"
    bodies = ["Ann met Bob.", "Ann met Eve.", "Ann met Bob."]
    await lane.publish([(id_, bad_input.article(id_, body)) for body in bodies])
    await lane.publish([(id_, b'{"id": "%s", "op": "retract"}' % id_.encode())])

    def documents(records: list[Record]) -> list[Document]:
        return [
            Document.model_validate_json(record.value or b"")
            for record in records
            if record.key == id_.encode() and record.header("ce_type") == b"triplewire.document"
        ]

    async with lane.worker():
        found = documents(await lane.read(TRIPLES.name, lambda records: len(documents(records)) == 4))
    first, second, third, _ = (document.revision for document in found)
    assert first == third != second
    assert [document.op for document in found] == ["upsert", "upsert", "upsert", "retract"]


async def test_transient_failures_lose_nothing_and_keep_the_order(lane: Lane) -> None:
    values = articles(lane, 400)
    await lane.publish(values)
    async with lane.worker("transient"):
        await nothing_is_lost(lane, values)
    order = [
        record
        for record in await lane.read(
            TRIPLES.name, lambda records: {k.encode() for k, _ in values} <= {r.key for r in records}
        )
        if (record.key or b"").startswith(lane.topic.encode()) and record.header("ce_type") == b"triplewire.document"
    ]
    numbers = [int((record.key or b"").rsplit(b"-", 1)[1]) for record in order]
    for partition in {record.partition for record in order}:
        in_partition = [n for n, record in zip(numbers, order, strict=True) if record.partition == partition]
        assert in_partition == sorted(in_partition)


async def test_a_burst_after_a_long_silence_is_no_stall(lane: Lane) -> None:
    values = articles(lane, 20)
    # A burst waits for its batch to fill while the lag is measured, when the silence was longer than the patience.
    async with lane.worker(stalled_after="3", batch_within="5") as worker:
        await worker.says("consumer.assigned")
        await asyncio.sleep(9)
        await lane.publish(values)
        await nothing_is_lost(lane, values)
        await lane.until_committed(20)
        assert "road.consumer" not in worker.log.read_text()
        assert await worker.terminate() == 0


async def test_bugs_everywhere_end_the_process_and_the_supervisor_loses_nothing(lane: Lane) -> None:
    values = articles(lane, 400)
    await lane.publish(values)
    async with lane.worker("bug", supervised=True) as worker:
        await lane.until_committed(len(values))
        assert f"worker ended with status {BUG_EXIT}" in worker.log.read_text()
        buried = [(letter.record.value or b"") for letter in await lane.letters(worker.buried())]
        assert len(buried) <= MAX_BURIED
        await nothing_is_lost(lane, [(key, value) for key, value in values if value not in buried])
        assert await worker.terminate() == 0


async def test_what_was_finished_is_committed_before_a_deliberate_exit(lane: Lane) -> None:
    values = articles(lane, 400)
    await lane.publish(values)
    # Faust's own commits come too late to matter.
    async with lane.worker("bug", commit_interval="1000") as worker:
        assert await worker.ended() == BUG_EXIT
        finished = await lane.committed() - worker.buried()

    def documents(records: list[Record]) -> list[Record]:
        return [
            record
            for record in records
            if (record.key or b"").startswith(lane.topic.encode())
            and record.header("ce_type") == b"triplewire.document"
        ]

    # What met the bugs came third.
    assert 0 < finished < len(values)
    published = documents(await lane.read(TRIPLES.name, lambda records: len(documents(records)) >= finished))
    assert len(published) == finished


async def test_kill_9_of_one_of_two_workers_in_mid_stream_loses_nothing(lane: Lane) -> None:
    values = articles(lane, 6000)
    await lane.publish(values[:3000])
    async with lane.worker() as first, lane.worker():
        await lane.until_committed(300)
        await first.kill()
        await lane.publish(values[3000:])
        await first.start()
        await nothing_is_lost(lane, values)


async def test_a_worker_that_joins_and_leaves_loses_nothing(lane: Lane) -> None:
    values = articles(lane, 6000)
    await lane.publish(values[:2000])
    async with lane.worker() as first:
        await lane.until_committed(300)
        async with lane.worker() as second:
            await second.says("consumer.assigned")
            await lane.publish(values[2000:4000])
            await lane.until_committed(2500)
            assert await second.terminate() == 0
        await lane.publish(values[4000:])
        await nothing_is_lost(lane, values)
        assert await first.terminate() == 0


async def test_an_output_too_large_for_its_topic_is_refused_and_its_neighbours_sent(lane: Lane) -> None:
    key = lane.topic.encode()
    publisher = KafkaPublisher("test", lane.kafka)
    origins = [Record("", 0, offset, 0, None, None) for offset in range(3)]
    # Random bytes: what compresses well would fit.
    sizes = (10, 2_000_000, 10)
    outputs = [
        Output(RAW_MEDIA.name, key, os.urandom(size), (), origin) for size, origin in zip(sizes, origins, strict=True)
    ]
    await publisher.start()
    try:
        refused = await publisher.publish(outputs)
    finally:
        await publisher.stop()
    assert [refusal.origin for refusal in refused] == [origins[1]]
    found = await lane.read(RAW_MEDIA.name, lambda records: len([r for r in records if r.key == key]) >= 2)
    assert [record.value for record in found if record.key == key] == [outputs[0].value, outputs[2].value]
