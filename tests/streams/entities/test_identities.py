"""Wikidata ids in the registry: what is told, what they join and what they keep apart."""

import random

import pytest

from streams.entities.gazetteer import Gazetteer
from streams.entities.memory import EntityName, Memory, SavedName
from streams.entities.registry import Changes, MentionedName, Registry, WikidataMatch
from streams.entities.table import TableEntry
from streams.messages.events import Entity

TABLE = Gazetteer(
    [
        TableEntry("Q312", "organization", ("Apple", "苹果公司")),
        TableEntry("Q1", "person", ("Sanae Takaichi", "高市早苗")),
        TableEntry("Q8", "", ("Hezbollah", "真主党")),
    ]
)


def name(text: str, type_: str = "person") -> EntityName:
    return EntityName(Entity.of(text, type_).id, text, type_)


APPLE, PINGGUO = name("Apple", "organization"), name("苹果公司", "organization")
FULL, SHORT, HAN = name("Sanae Takaichi"), name("Takaichi"), name("高市早苗")
PARTY, MILITIA, ZHENZHU = name("Hezbollah", "organization"), name("Hezbollah", "misc"), name("真主党", "organization")


def registry() -> Registry:
    return Registry(Memory(TABLE))


def documents(
    *groups: tuple[int, EntityName | MentionedName], prefix: str = ""
) -> list[tuple[str, list[MentionedName]]]:
    return [
        (f"{prefix}{n}-{i}", [m if isinstance(m, MentionedName) else MentionedName(m)])
        for n, (times, m) in enumerate(groups)
        for i in range(times)
    ]


STREAM = documents(
    (5, APPLE),
    (2, PINGGUO),
    (4, MentionedName(FULL, (SHORT,))),
    (6, SHORT),
    (3, HAN),
    (3, PARTY),
    (2, MILITIA),
    (2, ZHENZHU),
    (3, name("Economic Community of West African States", "organization")),
    (9, name("ECOWAS", "organization")),
)


def identities(learnt: Changes) -> dict[str, str | None]:
    return {found.name.name: found.wikidata for found in learnt.identities}


def merges(learnt: Changes) -> dict[str, tuple[str | None, str, str | None]]:
    return {d.alias.name: (d.canonical and d.canonical.name, d.reason, d.wikidata) for d in learnt.decisions}


def test_names_of_one_id_are_one_in_whatever_language() -> None:
    learnt = registry().learn(documents((5, APPLE), (2, PINGGUO)))
    assert merges(learnt) == {"苹果公司": ("Apple", "wikidata", "Q312")}
    assert identities(learnt) == {"Apple": "Q312", "苹果公司": "Q312"}


def test_a_full_name_goes_before_a_more_frequent_single_one() -> None:
    table = Gazetteer([TableEntry("Q9", "person", ("Ada Lane", "Lane"))])
    found = Registry(Memory(table))
    found.learn(documents((2, name("Ada Lane")), (9, name("Lane")), (3, name("Bo Lane"))))
    assert found.canonical(name("Lane")) == name("Ada Lane")


def test_what_a_name_alone_has_its_entity_gets() -> None:
    table = Gazetteer([TableEntry("Q6", "organization", ("WLPC",))])
    full = name("Western Lakes Power Company", "organization")
    learnt = Registry(Memory(table)).learn(documents((3, full), (2, name("WLPC", "organization"))))
    assert identities(learnt) == {"WLPC": "Q6", "Western Lakes Power Company": "Q6"}


def test_different_ids_keep_apart_what_looks_alike() -> None:
    stream = documents((9, name("Naoko Johnson")), (2, name("Johnson")))
    assert registry().learn(stream).decisions[0].canonical == name("Naoko Johnson")
    table = Gazetteer([TableEntry("Q2", "person", ("Naoko Johnson",)), TableEntry("Q3", "person", ("Johnson",))])
    assert Registry(Memory(table)).learn(stream).decisions == []


def told(registry: Registry, stream: list[tuple[str, list[MentionedName]]], batch: int) -> dict[EntityName, str | None]:
    heard: dict[EntityName, str | None] = {}
    for start in range(0, len(stream), batch):
        heard |= dict(registry.learn(stream[start : start + batch]).identities)
    return heard


def test_neither_order_nor_repetition_nor_batches_matter() -> None:
    first = registry()
    expected = told(first, STREAM, 4)
    assert expected[ZHENZHU] == expected[PARTY] == "Q8"
    for seed in range(20):
        stream = [*STREAM, *STREAM[::3]]
        random.Random(seed).shuffle(stream)  # noqa: S311
        other = registry()
        assert {n: i for n, i in told(other, stream, 1 + seed).items() if i} == expected
        assert all(other.canonical(m.name) == first.canonical(m.name) for _, ms in STREAM for m in ms)


def test_a_claim_is_told_joins_changes_and_is_taken_back() -> None:
    one, other = name("Foo Group", "organization"), name("福集团", "organization")
    found = registry()
    assert found.learn(documents((3, one), (2, other))).identities == []
    assert identities(found.learn([], [WikidataMatch(one, "Q5")])) == {"Foo Group": "Q5"}
    joined = found.learn([], [WikidataMatch(other, "Q5")])
    assert merges(joined) == {"福集团": ("Foo Group", "wikidata", "Q5")}
    assert found.learn([], [WikidataMatch(other, "Q5")]) == Changes([], [], [])
    moved = found.learn([], [WikidataMatch(other, "Q55")])
    assert (merges(moved), identities(moved)) == ({"福集团": (None, "", None)}, {"福集团": "Q55"})
    assert identities(found.learn([], [WikidataMatch(one, None)])) == {"Foo Group": None}
    assert found.canonical(other) == other


def test_a_claim_about_a_listed_name_changes_nothing() -> None:
    found = registry()
    found.learn(documents((3, APPLE)))
    assert found.learn([], [WikidataMatch(APPLE, "Q5")]).identities == []


def kept(registry: Registry) -> list[SavedName]:
    return [
        SavedName(k.name, k.documents.hashes, {i: s.hashes for i, s in k.stood_for.items()}, k.claimed, k.published)
        for k in registry.memory.known.values()
    ]


@pytest.mark.parametrize("cut", range(0, len(STREAM), 9))
def test_who_takes_over_knows_and_tells_again_what_may_be_lost(cut: int) -> None:
    claim = [WikidataMatch(name("Foo Group", "organization"), "Q5")]
    before = registry()
    before.learn(STREAM[:cut], claim)
    after = registry()
    after.restore(kept(before))
    assert {k.name: k.wikidata for k in after.memory.known.values()} == {
        k.name: k.wikidata for k in before.memory.known.values()
    }
    again = dict(after.learn(STREAM).identities)
    assert again == dict(registry().learn(STREAM).identities)
    assert after.learn(STREAM, claim).identities == claim
    assert after.learn(STREAM, claim).identities == []


def test_an_id_that_the_tables_know_no_more_is_taken_back_when_its_name_is_met() -> None:
    before = registry()
    before.learn(STREAM)
    after = Registry(Memory(Gazetteer([])))
    after.restore(kept(before))
    learnt = after.learn(documents((1, APPLE), (1, PINGGUO), prefix="later"))
    assert identities(learnt) == {"Apple": None, "苹果公司": None}
    assert merges(learnt)["苹果公司"] == (None, "", None)
