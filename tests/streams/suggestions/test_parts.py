"""What the stage reads of records, ranks, keeps as text and asks the models."""

import math

import pytest

from inference.link_prediction.suggester import DAY_MS, Suggester
from inference.link_prediction.surroundings import CommonStory, GraphEntity, Link, Prospect, Surroundings
from streams.messages.base import Event
from streams.messages.cloud_events import cloud_event_headers
from streams.road.stage import Record
from streams.suggestions import roles
from streams.suggestions.candidates import _common, _ranked, _shared
from streams.suggestions.changed import Change, combined, read
from streams.suggestions.reading import Found, Steps, StoryEntities
from tests.streams.sink.happening_sample import FIRST, RUSSIA, TALKS, in_story, told
from tests.streams.sink.sample import APPLE, NOON, ONTOLOGY, TIM, document, merged, retraction, split, triple
from tests.streams.suggestions.doubles import CommonNeighbours, HashedTexts
from tests.streams.suggestions.world import ANN, BOB
from topology.graph import schema
from topology.graph.vectors import CONTEXT_WIDTH, OWN_WIDTH
from topology.topics import TRIPLES


def record(event: Event, value: bytes | None = None) -> Record:
    headers = tuple(cloud_event_headers(event, id_="x", source="test", time=NOON))
    return Record(TRIPLES.name, 0, 0, 0, b"a", value or event.model_dump_json().encode(), headers)


def test_a_record_names_those_it_may_have_changed() -> None:
    ends = frozenset([APPLE.id, TIM.id])
    assert read(record(triple())) == Change(ends)
    assert read(record(document())) == Change(ends, frozenset("a"))
    assert read(record(retraction(observed=1))) == Change(documents=frozenset("a"))
    assert read(record(merged(ANN, BOB))) == Change(frozenset([ANN.id, BOB.id]), aliases=frozenset([ANN.id]))
    assert read(record(triple(), b"{")) is None
    assert read(record(in_story(TALKS, "s"), b"{")) is None
    assert read(Record(TRIPLES.name, 0, 0, 0, None, None)) is None


def test_what_takes_part_in_a_happening_may_have_come_into_a_story_or_left_one() -> None:
    for decision in (in_story(TALKS, "s"), in_story(TALKS, None), merged(TALKS, FIRST, "happening"), split(TALKS)):
        assert read(record(decision)) == Change(happenings=frozenset([TALKS.id]))
    _, is_talks, who = told(TALKS, "t", roles={"who": RUSSIA})
    assert read(record(who)) == Change(frozenset([RUSSIA.id]))
    assert read(record(is_talks)) is None
    some = combined([read(record(who)), read(record(in_story(TALKS, "s"))), None])
    assert some == Change(frozenset([RUSSIA.id]), happenings=frozenset([TALKS.id]))


def test_a_new_story_refreshes_an_entity_unless_it_is_in_many() -> None:
    of = [Found(around("a"), None, None, stories=tuple(ids)).story_digest for ids in ((), "s", "st", "ts")]
    assert of[0] == ()
    assert len(set(of)) == 3, "in whatever order"
    many, others = (Found(around("a"), None, None, stories=tuple(ids)) for ids in ("abcd", "bcde"))
    assert many.story_digest == others.story_digest


def test_the_newest_story_in_common_is_the_reason() -> None:
    a, b, c = ((name, "person") for name in "abc")
    stories = {"old": StoryEntities("Old", (a, b, c)), "new": StoryEntities("New", (b, a))}
    assert _common("a", ("new", "old", "gone"), stories) == {b: CommonStory("new", "New"), c: CommonStory("old", "Old")}


def test_what_an_article_says_of_itself_changes_no_entity_but_its_object() -> None:
    article = APPLE.model_copy(update={"type": "article"})
    assert read(record(triple(subject=article))) == Change(frozenset([TIM.id]))


def test_roles_survive_being_kept() -> None:
    counts = {("P169", True): 2, ("own:name", False): 11}
    assert roles.encode(counts) == ["P169>2", "own:name<11"]
    assert roles.decode(roles.encode(counts)) == counts
    assert roles.decode(None) == {}


def test_rare_neighbours_count_for_more() -> None:
    a, x, y = (("a", "person"), ("x", "person"), ("y", "person"))
    steps = {"hub": Steps(100, {a: ("f1",), x: ("f2",)}), "rare": Steps(2, {a: ("f3",), y: ("f4",)})}
    found = _shared("a", {"hub", "rare", "unknown"}, steps)
    assert found == {x: (pytest.approx(1 / math.log(101)), ("f2",)), y: (pytest.approx(1 / math.log(3)), ("f4",))}


def test_each_way_of_finding_has_its_turn() -> None:
    s1, s2, t1, n1, n2, v1, l1 = ((name, "person") for name in ("s1", "s2", "t1", "n1", "n2", "v1", "l1"))
    shared = {s1: (2.0, ()), s2: (1.0, ())}
    named = {n1: (1, 5), n2: (3, 0), s1: (1, 0)}
    assert _ranked(shared, named, [t1, s2], [v1, n2], [l1]) == [s1, t1, n2, v1, l1, s2, n1]


def around(name: str, *links: Link) -> Surroundings:
    return Surroundings(GraphEntity(name, name, "person"), links)


def link(name: str, at: int = 0) -> Link:
    return Link(GraphEntity(name, name, "person"), "P3373", True, (f"f-{name}",), at, at)


def test_the_digest_is_of_what_surrounds_and_not_of_order_or_time() -> None:
    one, other = around("a", link("b"), link("c")), around("a", link("c"), link("b"))
    assert one.digest("1") == other.digest("1")
    assert len({one.digest("1"), one.digest("2"), around("a", link("b")).digest("1")}) == 3
    assert around("a", link("b", 1)).digest() == around("a", link("b", 2)).digest()


async def test_a_name_is_read_once_and_ages_count_from_the_newest_article() -> None:
    texts, model = HashedTexts(), CommonNeighbours(ONTOLOGY)
    suggester = Suggester(texts, model)
    question = around("a", link("b", DAY_MS))
    (described,) = await suggester.describe([question])
    assert (described.text, len(described.context)) == ("a (person)", CONTEXT_WIDTH)
    assert described.own == (await HashedTexts().vectors(["a (person)"]))[0].tolist()
    prospects = [Prospect(GraphEntity("c", "c", "person", at=0), 0.5, 2, 2 * DAY_MS)]
    await suggester.suggest([(question, prospects)], newest=3 * DAY_MS, least=0.1)
    assert texts.asked == ["a (person)", "b (person)", "c (person)"]
    (asked,) = model.questions
    (neighbour,), (candidate,) = asked.neighbours, asked.candidates
    assert (neighbour.days, candidate.days, candidate.node.days, asked.entity.days) == (2, 1, 3, 0)
    assert (candidate.shared, candidate.together) == (0.5, 2)


async def test_only_so_many_vectors_are_kept() -> None:
    texts = HashedTexts()
    suggester = Suggester(texts, CommonNeighbours(ONTOLOGY), size=2)
    for name in ("a", "b", "a", "c", "a", "b"):
        await suggester.describe([around(name)])
    assert texts.asked == ["a (person)", "b (person)", "c (person)", "b (person)"]


def test_the_indexes_have_the_models_widths() -> None:
    statements = {item.name: item.statement for item in schema.schema(ONTOLOGY)}
    assert f"`vector.dimensions`: {OWN_WIDTH}," in statements[schema.VECTOR_INDEX]
    assert f"`vector.dimensions`: {CONTEXT_WIDTH}," in statements[schema.CONTEXT_INDEX]
