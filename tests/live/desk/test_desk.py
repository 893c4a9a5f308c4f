"""What people are shown of a real graph: whose sentence it is, whether it counts, and names as people type them."""

import pytest

from streams.desk.names import UnknownNameError, meant
from streams.desk.views import facts
from tests.streams.sink.sample import APPLE, TIM, TOPIC, at, document, retraction, row, triple, worded

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
    (fact,) = await facts(driver, "Apple", sentences=5, current=True)
    assert [proof["article"] for proof in fact["evidence"]] == ["b"]


async def test_what_was_withdrawn_comes_last_and_is_left_out_of_what_is_current(driver, writer):
    await written(writer, document("a"), triple("a"), retraction("a", observed=2))
    (fact,) = await facts(driver, "Apple")
    assert fact["retracted_at"] == at(2)
    (proof,) = fact["evidence"]
    assert (proof["retracted_at"], proof["superseded"], proof["headline"]) == (at(2), False, "a 1")
    assert await facts(driver, "Apple", current=True) == []


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
