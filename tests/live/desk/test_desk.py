"""What people are shown of a real graph: whose sentence it is, whether it counts, and names as people type them."""

import pytest

from streams.desk.names import UnknownNameError, meant
from streams.desk.views import facts
from streams.messages.events import Entity
from tests.streams.sink.sample import APPLE, TIM, TOPIC, at, document, merged, retraction, row, triple, worded
from topology.settings import REPOSITORY

pytestmark = pytest.mark.live


async def written(writer, *events):
    await writer.write([((TOPIC, 0, offset), row(event)) for offset, event in enumerate(events)])


async def test_after_a_correction_no_old_sentence_stands_under_the_new_headline(driver, writer):
    await written(
        writer,
        document("a"),
        worded(triple("a"), "Apple is led by Tim Cook."),
        document("b"),
        worded(triple("b", observed=1, confidence=0.7), "Tim Cook of Apple spoke."),
        document("a", revision="2", observed=5),
    )
    (fact,) = await facts(driver, "Apple", sentences=5)
    newer, old = fact["evidence"]
    assert (newer["sentence"], newer["headline"], newer["retracted_at"]) == (
        "Tim Cook of Apple spoke.",
        "b 1",
        None,
    )
    assert newer["seen_at"] == at(1)
    assert (old["sentence"], old["headline"], old["superseded"]) == ("Apple is led by Tim Cook.", None, True)
    assert old["retracted_at"] == at(5)
    (fact,) = await facts(driver, "Apple", sentences=5, withdrawn=False)
    assert [proof["article"] for proof in fact["evidence"]] == ["b"]
    (fact,) = await facts(driver, "Apple", sentences=5, current=True)
    assert [proof["article"] for proof in fact["evidence"]] == ["b"]


async def test_what_was_withdrawn_comes_last_and_is_left_out_of_what_is_current(driver, writer):
    await written(writer, document("a"), triple("a"), retraction("a", observed=2))
    (fact,) = await facts(driver, "Apple")
    assert fact["retracted_at"] == at(2)
    (proof,) = fact["evidence"]
    assert (proof["retracted_at"], proof["superseded"], proof["headline"]) == (at(2), False, "a 1")
    assert await facts(driver, "Apple", current=True) == []
    assert await facts(driver, "Apple", withdrawn=False) == []


async def test_names_are_found_in_any_case_and_close_ones_are_suggested(driver, writer):
    await written(writer, document("a"), triple("a"))
    assert await meant(driver, "Tim Cook") == "Tim Cook"
    assert await meant(driver, " tim  COOK") == "Tim Cook"
    assert await meant(driver, APPLE.id) == APPLE.id
    for typed, near in (("Aple", ["Apple"]), ("Tim Cok", ["Tim Cook"]), ("cook", ["Tim Cook"])):
        with pytest.raises(UnknownNameError) as caught:
            await meant(driver, typed)
        assert caught.value.near == near
        assert f"did you mean {near[0]!r}" in str(caught.value)
    with pytest.raises(UnknownNameError, match="graph stats"):
        await meant(driver, "Zebra")
    assert (await meant(driver, TIM.id)) == TIM.id


async def test_the_ready_query_says_who_holds_an_office_since_when_and_on_whose_word(driver, writer):
    page = (REPOSITORY / "docs" / "graph.md").read_text(encoding="utf-8")
    query = page.split("// Who holds an office now, since when, and on whose word\n")[1].split(";\n")[0]
    ann = Entity.of("Ann Lee", "person")
    await written(
        writer,
        document("a", source="Wire"),
        triple("a"),
        *(event for n in (1, 2, 3) for event in successor(n, ann)),
        merged(Entity.of("Apple Inc", "organization"), APPLE),
        document("e", observed=9, source="Late"),
        worded(triple("e", subject=Entity.of("Apple Inc", "organization"), object_=ann, observed=9), "Of Apple Inc."),
    )
    rows = [row.data() for row in (await driver.execute_query(query)).records]
    assert {row["holder"] for row in rows} == {"Ann Lee"}
    assert {said["source"] for row in rows for said in row["word"]} == {"Desk", "Late"}
    assert min(row["since"].to_native() for row in rows) == at(1)
    sentences = [said["sentence"] for row in rows for said in row["word"]]
    assert "Sentence 1." in sentences


def successor(number, holder):
    """An article that names the next holder, in words of its own."""
    id_ = f"d{number}"
    yield document(id_, observed=number, source="Desk")
    yield worded(triple(id_, object_=holder, observed=number, confidence=0.9), f"Sentence {number}.")
