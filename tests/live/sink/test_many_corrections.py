"""Thousands of corrections that concern others: a batch costs what it would cost with one."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
from neo4j import AsyncTransaction

from streams.messages.correction_events import Correction
from streams.messages.events import Entity
from streams.sink import batch_cypher, cypher
from streams.sink.corrections import statements
from streams.sink.judging import statements as judging
from tests.streams.sink.happening_sample import happening, told
from tests.streams.sink.sample import CEO, SEAT, at, document, merged, new_writer, placed, split, triple, worded

pytestmark = pytest.mark.live

MANY = 5000
BY_ELEMENT = {
    text
    for module in (cypher, batch_cypher, judging, statements)
    for text in vars(module).values()
    if isinstance(text, str) and "elementId(r) IN $elements" in text
}


class Work:
    """What a transaction asks of Neo4j: its statements, and how many accesses to stored data each text took."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.hits: Counter[str] = Counter()


class _Read:
    """A result that was read already."""

    def __init__(self, rows: list[dict[str, object]], columns: list[str]) -> None:
        self._rows = rows
        self._columns = columns

    async def __aiter__(self) -> AsyncIterator[dict[str, object]]:
        for row in self._rows:
            yield row

    def keys(self) -> list[str]:
        return self._columns

    async def consume(self) -> None:
        """Nothing is left."""


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """Counts what is asked of Neo4j meanwhile. It depends on the data and the plans, and not on the machine."""
    work, run = Work(), AsyncTransaction.run

    async def profiled(self: AsyncTransaction, query: str, parameters: object = None) -> _Read:
        result = await run(self, f"CYPHER replan=skip PROFILE {query.removeprefix('CYPHER replan=skip')}", parameters)
        columns, rows = list(result.keys()), await result.data()
        work.statements.append(query)
        work.hits[query] += _hits((await result.consume()).profile)
        return _Read(rows, columns)

    with monkeypatch.context() as patched:
        patched.setattr(AsyncTransaction, "run", profiled)
        yield work


def _hits(plan: dict[str, object]) -> int:
    return plan.get("dbHits", 0) + sum(_hits(child) for child in plan.get("children", ()))


def forbidden(n: int) -> Correction:
    """The word of an editor on a firm and a person of whom no article of these tests speaks."""
    firm, person = Entity.of(f"Other firm {n}", "organization"), Entity.of(f"Other person {n}", "person")
    predicate = CEO if n % 2 else SEAT
    made = Correction.of("forbid", firm, by="eve", why="wrong", predicate=predicate, object=person)
    return made.model_copy(update={"at": at(n)})


def batch(name: str) -> list[object]:
    """Two articles about facts of the corrected relations, a happening, a merge and a split."""
    one, other = Entity.of(f"{name} firm", "organization"), Entity.of(f"{name} firm Inc", "organization")
    head = Entity.of(f"{name} head", "person")
    return [
        document(f"{name}-1"),
        worded(triple(f"{name}-1", subject=one, object_=head), f"{name} says so."),
        document(f"{name}-2"),
        worded(triple(f"{name}-2", subject=other, object_=head, predicate=SEAT, start=3), f"{name} says it too."),
        document(f"{name}-1", revision="2", observed=5),
        *told(happening(f"{name}-3"), f"{name}-3"),
        merged(other, one),
        split(head),
    ]


@pytest.fixture
async def written(driver, monkeypatch) -> AsyncIterator[object]:
    """Writes events as one batch and counts the work; the batch before it has all plans made."""
    next_offset = 0

    async def write(*events: object) -> Work:
        nonlocal next_offset
        with counted(monkeypatch) as work:
            await new_writer(driver).write(placed(*events, first=next_offset))
        next_offset += len(events)
        return work

    return write


async def test_a_batch_costs_the_same_with_one_correction_in_force_as_with_thousands_that_concern_others(written):
    without = await written(*batch("none"))
    assert statements.READ_UPHELD not in without.statements
    await written(forbidden(0), forbidden(1))
    with_two = await written(*batch("two"))
    await written(*(forbidden(n) for n in range(2, MANY)))
    with_many = await written(*batch("many"))
    assert {statements.READ_UPHELD, statements.READ_CONCERNED} <= set(with_two.statements)
    assert with_many.statements == with_two.statements
    # To find relationships by element id takes more hits with each batch, also without corrections.
    assert {query for query, hits in with_many.hits.items() if hits > with_two.hits[query]} <= BY_ELEMENT
    assert len(with_two.statements) <= len(without.statements) + 6


async def test_of_thousands_of_corrections_the_one_that_concerns_the_batch_is_found(driver, written):
    await written(*(forbidden(n) for n in range(MANY)))
    firm, person = Entity.of("Other firm 4321", "organization"), Entity.of("Other person 4321", "person")
    work = await written(document("x"), triple("x", subject=firm, object_=person))
    found = await driver.execute_query("MATCH ()-[r:CHIEF_EXECUTIVE_OFFICER]->() RETURN r.forbidden AS forbidden")
    assert [row["forbidden"] for row in found.records] == [forbidden(4321).id]
    assert work.hits.total() < MANY
