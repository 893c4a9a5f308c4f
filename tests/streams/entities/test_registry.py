import random

import pytest

from streams.entities.fold import fold
from streams.entities.memory import EntityName, SavedName
from streams.entities.registry import MentionedName, Registry
from streams.entities.sketch import SIZE, Sketch, hashed
from streams.messages.events import Entity


def name(text, type_="person"):
    return EntityName(Entity.of(text, type_).id, text, type_)


def documents(*groups):
    """Makes documents: each group is (how often, mentions), a mention a name or (name, other names)."""
    found = []
    for number, (times, *mentions) in enumerate(groups):
        made = [m if isinstance(m, MentionedName) else MentionedName(m) for m in mentions]
        found += [(f"{number}-{i}", made) for i in range(times)]
    return found


STREAM = documents(
    (5, MentionedName(name("Sanae Takaichi"), (name("Takaichi"),))),
    (7, name("Takaichi"), name("Japan", "location")),
    (3, name("Mike Johnson")),
    (3, name("Boris Johnson")),
    (4, name("Johnson")),
    (6, name("Springfield, Illinois", "location")),
    (5, name("Springfield, Missouri", "location")),
    (4, name("Springfield", "location")),
    (9, name("Armed Forces of Ukraine", "organization")),
    (2, name("Ukrainian military", "organization")),
    (8, name("Hezbollah", "organization")),
    (2, name("Hezbollah", "location")),
    (6, name("Barcelona", "location")),
    (6, name("Barcelona", "organization")),
    (
        1,
        MentionedName(
            name("Economic Community of West African States", "organization"), (name("ECOWAS", "organization"),)
        ),
    ),
    (3, name("ECOWAS", "organization")),
    (2, name("Türkiye Wealth Fund", "organization"), name("Turkiye Wealth Fund", "organization")),
)


def learned(stream, batch=5):
    registry, told = Registry(), {}
    for start in range(0, len(stream), batch):
        decisions = registry.learn(stream[start : start + batch]).decisions
        told |= {decision.alias: decision.canonical for decision in decisions}
    return registry, told


@pytest.mark.parametrize(
    "alias,canonical",
    [
        (name("Takaichi"), name("Sanae Takaichi")),
        (name("Johnson"), name("Johnson")),
        (name("Springfield", "location"), name("Springfield", "location")),
        (name("Springfield, Illinois", "location"), name("Springfield, Illinois", "location")),
        (name("Ukrainian military", "organization"), name("Armed Forces of Ukraine", "organization")),
        (name("Hezbollah", "location"), name("Hezbollah", "organization")),
        (name("Barcelona", "location"), name("Barcelona", "location")),
        (name("Barcelona", "organization"), name("Barcelona", "organization")),
        (name("ECOWAS", "organization"), name("Economic Community of West African States", "organization")),
    ],
)
def test_whom_a_name_stands_for(alias, canonical):
    assert learned(STREAM)[0].canonical(alias) == canonical


def merged(told):
    return {alias: canonical for alias, canonical in told.items() if canonical}


def test_neither_order_nor_repetition_nor_batches_matter():
    registry, told = learned(STREAM)
    for seed in range(20):
        stream = [*STREAM, *STREAM[::3]]
        random.Random(seed).shuffle(stream)  # noqa: S311
        other, other_told = learned(stream, batch=1 + seed)
        assert merged(other_told) == merged(told)
        assert all(
            other.canonical(n) == registry.canonical(n) for _, ms in STREAM for m in ms for n in (m.name, *m.also)
        )


def test_what_was_told_is_what_holds():
    for seed in range(20):
        stream = list(STREAM)
        random.Random(seed).shuffle(stream)  # noqa: S311
        registry, told = learned(stream, batch=3)
        holds = {n: registry.canonical(n) for known in registry.memory.known.values() for n in (known.name,)}
        assert {a: c for a, c in holds.items() if a != c} == merged(told)
        # Nobody is taken for somebody who is taken for somebody else.
        assert all(registry.canonical(canonical) == canonical for canonical in merged(told).values())


def test_a_second_namesake_splits_what_was_merged():
    registry = Registry()
    first = registry.learn(
        documents((5, name("Springfield, Illinois", "location")), (3, name("Springfield", "location")))
    ).decisions
    assert [(d.alias.name, d.canonical.name, d.reason) for d in first] == [
        ("Springfield", "Springfield, Illinois", "place")
    ]
    later = [(f"later-{i}", [MentionedName(name("Springfield, Missouri", "location"))]) for i in range(4)]
    second = registry.learn(later).decisions
    assert [(d.alias.name, d.canonical) for d in second] == [("Springfield", None)]
    assert registry.learn(later).decisions == []


def dump(registry):
    return [
        SavedName(k.name, k.documents.hashes, {id_: s.hashes for id_, s in k.stood_for.items()}, k.claimed, k.published)
        for k in registry.memory.known.values()
    ]


@pytest.mark.parametrize("cut", range(0, len(STREAM), 7))
def test_a_restored_registry_goes_on_and_tells_again_what_may_be_lost(cut):
    whole, told = learned(STREAM, batch=4)
    before, told_before = learned(STREAM[:cut], batch=4)
    restored = Registry()
    restored.restore(dump(before))
    # The last batch before the crash was remembered, but nobody heard of what was decided on it.
    lost = {n for _, ms in STREAM[max(0, cut - 4) : cut] for m in ms for n in (m.name, *m.also)}
    heard = {a: c for a, c in told_before.items() if a not in lost}
    for start in range(max(0, cut - 4), len(STREAM), 3):
        heard |= {d.alias: d.canonical for d in restored.learn(STREAM[start : start + 3]).decisions}
    assert merged(heard) == merged(told)
    assert all(restored.canonical(k.name) == whole.canonical(k.name) for k in whole.memory.known.values())


def test_the_rarest_names_are_forgotten_first():
    registry, _ = learned(STREAM)
    size = len(registry.memory.known)
    gone = registry.forget(size - 1)
    assert len(registry.memory.known) == size - len(gone) < size
    assert registry.canonical(name("Takaichi")) == name("Sanae Takaichi")
    assert registry.forget(size) == []


def test_a_sketch_is_a_function_of_a_set():
    values = [hashed(str(i)) for i in range(5000)]
    forward, backward = Sketch(), Sketch()
    for value in values:
        forward.add(value)
    for value in reversed(values * 2):
        backward.add(value)
    assert forward.hashes == backward.hashes == sorted(values)[:SIZE]
    assert 2500 < forward.count < 10_000
    few = Sketch(values[:7])
    assert few.count == 7
    assert not few.add(values[0])


@pytest.mark.parametrize(
    "one,other",
    [
        ("Russian Armed Forces", "Armed Forces of Russia"),
        ("Ukraine's military", "Ukrainian Armed Forces"),
        ("U.S. President", "President of the United States"),
        ("US State Department", "United States Department of State"),
        ("Israel Defence Forces", "Israel Defense Forces"),
        ("Recep Tayyip Erdoğan", "Recep Tayyip Erdogan"),
        ("Al-Shabaab", "al Shabaab"),
        ("Apple Inc.", "Apple"),
        ("Philippine Supreme Court", "Supreme Court of the Philippines"),
    ],
)
def test_spellings_fold_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    "one,other",
    [("Polish", "Poland"), ("North Korea", "South Korea"), ("Pakistan Army", "Pakistan Navy"), ("Niger", "Nigeria")],
)
def test_different_names_do_not(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    "one,other",
    [
        ("Voss Motoren GmbH", "Voss Motoren"),
        ("Hanil Electronics Co., Ltd.", "Hanil Electronics"),
        ("Minera S.A.", "Minera SA"),
        ("J. K. Silver-Green", "J.K. Silver-Green"),
        ("JK Silver-Green", "J. K. Silver-Green"),
        ("John Ashford, Jr.", "John Ashford Jr"),
    ],
)
def test_legal_forms_and_initials_fold_away(one, other):
    assert fold(one) == fold(other)


def stands_for(stream, alias):
    registry, _ = learned(stream)
    return registry.canonical(name(*alias)).name


def test_a_nickname_stands_for_the_only_person_whose_it_may_be():
    both = documents((2, name("Bob Castell")), (3, name("Robert Castell")))
    assert stands_for(both, ("Bob Castell",)) == "Robert Castell"
    assert stands_for(list(reversed(both)), ("Bob Castell",)) == "Robert Castell"
    assert (
        stands_for(documents((2, name("Bob Castell")), (3, name("William Castell"))), ("Bob Castell",)) == "Bob Castell"
    )
    namesakes = documents((2, name("Bob Castell")), (3, name("Robert A. Castell")), (3, name("Robert B. Castell")))
    assert stands_for(namesakes, ("Bob Castell",)) == "Bob Castell"


def test_a_son_is_not_his_father():
    stream = documents((1, name("John Ashford")), (9, name("John Ashford Jr")), (9, name("John Q. Ashford Jr")))
    assert stands_for(stream, ("John Ashford",)) == "John Ashford"
    assert stands_for(stream, ("John Ashford Jr",)) == "John Q. Ashford Jr"


def test_the_best_known_place_of_a_name_is_no_other():
    georgia = MentionedName(name("Georgia, United States", "location"), (name("Georgia", "location"),))
    stream = documents((9, georgia), (3, name("Georgia", "location")))
    assert stands_for(stream, ("Georgia", "location")) == "Georgia"
    bangor = MentionedName(name("Bangor, Wales", "location"), (name("Bangor", "location"),))
    stream = documents((9, bangor), (3, name("Bangor", "location")))
    assert stands_for(stream, ("Bangor", "location")) == "Bangor, Wales"
