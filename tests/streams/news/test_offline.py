from datetime import UTC, datetime

import orjson
import pytest
import stamina

from inference.text.types import Span, TextExtraction, TextMention, TextRelation
from inference.text_extraction.client import InferenceRejected, InferenceUnavailable
from streams.news import offline
from streams.news.offline import LineReader
from streams.news.thresholds import Thresholds
from topology.ontology import load_ontology
from topology.settings import settings

WHEN = datetime(2026, 1, 2, tzinfo=UTC)


class Rules:
    """Says that whoever stands first in a body lives where it ends."""

    def __init__(self):
        self.calls = []
        self.failures = []

    async def extract(self, documents):
        self.calls.append([d.id for d in documents])
        if self.failures:
            raise self.failures.pop(0)
        if any("poison" in d.body for d in documents):
            raise InferenceRejected("no")
        return [self.one(d) for d in documents]

    def one(self, document):
        body = document.body
        who, where = body.split()[0], body.split()[-1]
        mentions = (
            TextMention("body", Span(0, len(who)), who, "person", who, 0.9),
            TextMention("body", Span(len(body) - len(where), len(body)), where, "location", where, 0.9),
        )
        relation = TextRelation(0, 1, "P551", "body", Span(0, len(body)), 0.8)
        return TextExtraction(document.id, mentions, (relation,), "rules", "1")

    async def trouble(self):
        return ""

    async def close(self):
        pass


@pytest.fixture
def rules():
    return Rules()


async def readings_of(rules, lines, threshold=0.5):
    reader = LineReader(rules, load_ontology(settings().ontology), Thresholds(threshold, 0.5, 0.5), 1000, WHEN)
    return [reading async for some in reader.read(lines) for reading in some]


def line(id_, body="Ann lives in Rome", **fields):
    return orjson.dumps({"id": id_, "body": body} | fields) + b"\n"


async def test_lines_become_triples_in_order(rules, monkeypatch):
    monkeypatch.setattr(offline, "BATCH", 4)
    found = await readings_of(rules, [line(f"a{i}", f"Ann lives in Town{i}") for i in range(10)])
    assert [r.number for r in found] == list(range(1, 11))
    assert [t.object.name for r in found for t in r.triples] == [f"Town{i}" for i in range(10)]
    assert {t.evidence.observed_at for r in found for t in r.triples} == {WHEN}
    assert list(map(len, rules.calls)) == [4, 4, 2]


async def test_bad_lines_are_reported_and_cost_no_other(rules):
    lines = [
        b"\xef\xbb\xbf" + line("a"),
        b"\r\n",
        b"{nonsense\n",
        line("b", body=" "),
        b"[]\n",
        line("c", body="x" * 2000),
        line("d", body="poison"),
        b'{"id": "e", "op": "retract"}\n',
        line("f").rstrip(),
    ]
    found = await readings_of(rules, lines)
    assert [(r.number, r.problem.partition(":")[0], len(r.triples)) for r in found] == [
        (1, "", 1),
        (3, "not-json", 0),
        (4, "empty-body", 0),
        (5, "not-an-object", 0),
        (6, "too-large", 0),
        (7, "no", 0),
        (8, "", 0),
        (9, "", 1),
    ]


async def test_a_model_that_comes_back_is_waited_for(rules):
    rules.failures = [InferenceUnavailable("down")] * 2
    with stamina.set_testing(True, attempts=3):
        found = await readings_of(rules, [line("a")])
    assert [len(r.triples) for r in found] == [1]
    assert len(rules.calls) == 3


async def test_a_model_that_stays_away_is_an_error(rules):
    rules.failures = [InferenceUnavailable("down")] * 9
    with stamina.set_testing(True, attempts=3), pytest.raises(InferenceUnavailable):
        await readings_of(rules, [line("a")])


async def test_the_threshold_holds(rules):
    assert [r.triples for r in await readings_of(rules, [line("a")], threshold=0.81)] == [()]


async def test_no_lines(rules):
    assert await readings_of(rules, []) == []
    assert rules.calls == []
