"""Whatever a crash loses of a batch, who takes over ends with the graph of a worker that never crashed."""

import asyncio
import json
import zlib
from collections import defaultdict
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.entities import stage as entities_stage
from streams.entities.happenings.table import HappeningTable
from streams.entities.stage import EntitiesStage
from streams.messages.cloud_events import CE_TYPES
from streams.messages.events import Alias
from streams.messages.happening_events import Story
from streams.road.stage import Item, Output
from tests.streams.entities.happenings.reporting import (
    DENIED,
    ELSEWHERE,
    LATER,
    NEXT_DAY,
    STRUCK,
    WEEK_AFTER,
    Topic,
    naming,
    record,
)
from topology.topics import TRIPLES

PARTITIONS = 3
VERSIONS = (
    *(STRUCK, LATER, ELSEWHERE),
    naming(LATER.id),  # it says something else now
    *(DENIED, WEEK_AFTER, LATER),
    naming(STRUCK.id),
    *(NEXT_DAY, STRUCK),
    naming(ELSEWHERE.id),
    naming(DENIED.id),
)
"""What documents say, one after the other."""


class Kafka(Topic):
    """Also what is on `triples`: the last decision on each happening."""

    def __init__(self) -> None:
        super().__init__()
        self.decided: dict[tuple[str, str], object] = {}

    def publish(self, outputs: list[Output]) -> None:
        super().publish(outputs)
        for one in outputs:
            kind = dict(one.headers).get("ce_type")
            if one.topic == TRIPLES.name and kind in (CE_TYPES[Alias].encode(), CE_TYPES[Story].encode()):
                said = json.loads(one.value or b"")
                standing = said["story"] if "story" in said else (said["canonical"] or {}).get("id")
                self.decided[(one.key or b"").decode(), kind.decode()] = standing

    @property
    def graph(self) -> dict[tuple[str, str], object]:
        return {key: standing for key, standing in self.decided.items() if standing}


def torn(outputs: list[Output], chance: Random) -> list[Output]:
    """Returns what arrives if each partition loses the end of what was on its way."""
    partitions: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number, one in enumerate(outputs):
        partition = zlib.crc32(one.key or b"") % PARTITIONS if one.topic == TRIPLES.name else 0
        partitions[one.topic, partition].append(number)
    arrived: set[int] = set()
    for some in partitions.values():
        arrived.update(some[: chance.choice([0, chance.randint(0, len(some)), len(some)])])
    return [one for number, one in enumerate(outputs) if number in arrived]


def after(kafka: Kafka, chance: Random | None) -> dict[tuple[str, str], object]:
    """Returns the graph after a worker, or several that crash by chance, has read all versions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entities_stage, "read_partition", kafka.read)
        stage, generation, place = EntitiesStage(), 1, 0
        while place < len(VERSIONS):
            batch = VERSIONS[place : place + (chance.randint(1, 6) if chance else 1)]
            records = [record(one, place + i, generation=generation) for i, one in enumerate(batch)]
            outputs = asyncio.run(stage.process([Item(one, stage.parse(one)) for one in records]))
            if chance and chance.random() < 0.4:
                kafka.publish(torn(outputs, chance))
                stage, generation = EntitiesStage(), generation + 1
                continue
            kafka.publish(outputs)
            place += len(batch)
        return kafka.graph


def test_what_a_batch_learned_before_it_failed_is_decided_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kafka, learn, calls = Kafka(), HappeningTable.learn, count(1)

    def fails(table: HappeningTable, *args: object) -> object:
        decided = learn(table, *args)  # type: ignore[arg-type]
        if next(calls) in {2, 8, 20}:
            raise RuntimeError("after all was learned")
        return decided

    monkeypatch.setattr(entities_stage, "read_partition", kafka.read)
    monkeypatch.setattr(HappeningTable, "learn", fails)
    stage, failed = EntitiesStage(), 0
    items = [Item(one, stage.parse(one)) for one in map(record, VERSIONS, range(len(VERSIONS)))]
    for part in (items[:6], items[6:9], items[9:]):
        while True:
            try:
                kafka.publish(asyncio.run(stage.process(part)))
            except RuntimeError:
                failed += 1
                continue
            break
    assert failed == 3
    monkeypatch.undo()
    assert kafka.graph == after(Kafka(), None) != {}


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_no_crash_changes_what_the_graph_has_of_happenings(chance):
    assert after(Kafka(), chance) == after(Kafka(), None) != {}
