"""The facts that follow from what happened, and those that must not."""

import pytest

from inference.text.values.found import FoundValue
from streams.messages.events import Entity
from streams.news.thresholds import Thresholds
from tests.streams.news.happenings.world import World, facts

NAMED = "Norway named Ann Lee foreign minister on Monday."


def appointment(*, body: str = NAMED, word: str = "named", **said: object) -> World:
    world = World(body)
    norway, ann = world.mention("Norway", "location"), world.mention("Ann Lee", "person")
    office = world.mention("foreign minister", "office")
    world.happening("appointment", word, {"who": norway, "whom": ann, "what": office}, **said)
    return world


def test_who_is_appointed_holds_the_office():
    world = appointment(scores={1: 0.7}, attributed_to=0)
    (triple,) = (t for t in world.read().triples if t.subject.type == "person")
    assert (triple.predicate.id, triple.predicate.name, triple.kind) == ("P39", "position held", "reported")
    assert (triple.subject, triple.object) == (Entity.of("Ann Lee", "person"), Entity.of("foreign minister", "office"))
    assert (triple.modality, triple.confidence) == ("asserted", 0.7)
    assert triple.attributed_to is not None
    assert triple.attributed_to.name == "Norway"
    evidence = triple.evidence
    assert (evidence.subject.text, evidence.object.text) == ("Ann Lee", "foreign minister")
    assert evidence.sentence.text == NAMED


@pytest.mark.parametrize("modality", ["past", "planned", "possible", "denied"])
def test_what_has_not_happened_starts_nothing(modality):
    assert facts(appointment(modality=modality).read().triples) == []


@pytest.mark.parametrize(
    ("least", "said", "count"),
    [
        (Thresholds(0.7, 0.5, 0.5), {"scores": {1: 0.7}}, 1),
        (Thresholds(0.71, 0.5, 0.5), {"scores": {1: 0.7}}, 0),
        (Thresholds(0.71, 0.5, 0.5), {"score": 0.7}, 0),
        (Thresholds(0.5, 0.5, 0.75), {"scores": {1: 0.7}}, 0),
    ],
)
def test_a_fact_is_as_sure_as_the_least_sure_part(least, said, count):
    assert len(facts(appointment(**said).read(least).triples)) == count


@pytest.mark.parametrize("modality", ["asserted", "past", "planned", "possible", "denied"])
def test_what_a_relation_says_is_not_said_again_nor_otherwise(modality):
    world = appointment()
    world.relation(1, "P39", 2, modality=modality)
    assert facts(world.read().triples) == [("Ann Lee", "P39", "foreign minister", modality)]


def test_a_denied_happening_outdoes_an_asserted_one():
    body = f"{NAMED} Norway denied it appointed Ann Lee foreign minister."
    world = appointment(body=body)
    world.happening("appointment", "appointed", {"whom": 1, "what": 2}, modality="denied")
    assert facts(world.read().triples) == []
    world.happenings.pop()
    assert len(facts(world.read().triples)) == 1


def test_two_people_and_two_offices_are_not_crossed():
    world = World("Ann Lee and Bo Orr were named foreign minister and defence minister.")
    people = world.mention("Ann Lee", "person"), world.mention("Bo Orr", "person")
    offices = world.mention("foreign minister", "office"), world.mention("defence minister", "office")
    world.happening("appointment", "named", {"whom": people, "what": offices})
    assert facts(world.read().triples) == []
    world.happenings.clear()
    world.happening("appointment", "named", {"whom": people, "what": offices[0]})
    assert [fact[0] for fact in facts(world.read().triples)] == ["Ann Lee", "Bo Orr"]


@pytest.mark.parametrize(("modality", "kept"), [("asserted", "past"), ("past", "past"), ("planned", "planned")])
def test_an_office_that_is_given_up_is_held_no_more(modality, kept):
    world = World("Foreign minister Ann Lee resigned.")
    office, ann = world.mention("Foreign minister", "office", "foreign minister"), world.mention("Ann Lee", "person")
    world.relation(ann, "P39", office, modality=modality)
    world.happening("resignation", "resigned", {"who": ann, "what": office})
    assert facts(world.read().triples) == [("Ann Lee", "P39", "foreign minister", kept)]


CASES = {
    "an office is won": ("election", "won", {"who": "person", "what": "office"}, [("who", "P39", "what")]),
    "a parliament is no office": ("election", "won", {"who": "organization", "what": "organization"}, []),
    "dismissed": ("dismissal", "sacked", {"whom": "person", "what": "office"}, [("whom", "P39", "what", "past")]),
    "on leave": ("dismissal", "placed on leave", {"whom": "person", "what": "office"}, []),
    "died": ("death", "died", {"whom": "person", "where": "location"}, [("whom", "P20", "where")]),
    "at a tournament": ("death", "died", {"whom": "person", "where": "event"}, []),
    "born": ("birth", "born", {"whom": "person", "where": "location"}, [("whom", "P19", "where")]),
    "married": ("marriage", "married", {"who": "person", "with": "person"}, [("who", "P26", "with")]),
    "divorced": ("marriage", "filed for divorce", {"who": "person", "with": "person"}, []),
    "bought": ("acquisition", "bought", {"who": "organization", "whom": "organization"}, [("whom", "P127", "who")]),
    "stake": ("acquisition", "bought a stake", {"who": "organization", "whom": "organization"}, []),
    "founded": ("founding", "founded", {"who": "person", "whom": "organization"}, [("whom", "P112", "who")]),
    "launched": ("founding", "launched", {"who": "person", "what": "organization"}, [("what", "P112", "who")]),
    "purpose": (
        "founding",
        "launched",
        {"who": "person", "what": "organization", "whom": "organization"},
        [("whom", "P112", "who")],
    ),
    "won a prize": ("award", "won", {"who": "person", "what": "misc"}, [("who", "P166", "what")]),
    "gave a prize": (
        "award",
        "gave",
        {"who": "organization", "whom": "person", "what": "misc"},
        [("whom", "P166", "what")],
    ),
    "beat": (
        "sports result",
        "beat",
        {"who": "organization", "whom": "organization", "what": "event"},
        [("who", "P1344", "what"), ("whom", "P1344", "what")],
    ),
    "withdrew": ("sports result", "withdraws", {"who": "organization", "what": "event"}, []),
    "attacked": ("attack", "bombed", {"who": "organization", "whom": "location"}, []),
}
NAMES = {role: f"{role.title()} Xq" for role in ("who", "whom", "what", "where", "with")}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_shipped_rules(case):
    kind, trigger, roles, expected = case
    world = World(f"Xq {trigger}: {', '.join(NAMES[role] for role in roles)}.")
    world.happening(kind, trigger, {role: world.mention(NAMES[role], type_) for role, type_ in roles.items()})
    assert facts(world.read().triples) == [
        (NAMES[subject], predicate, NAMES[object_], *(modality or ["asserted"]))
        for subject, predicate, object_, *modality in expected
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (FoundValue(0, 0, "2026-11-23", "xsd:date"), [("Ann Lee", "P570", "2026-11-23", "asserted")]),
        (FoundValue(0, 0, "2026-11-23/2026-11-25", "edtf"), []),
        (None, []),
    ],
)
def test_a_death_has_a_date_if_it_is_certain(value, expected):
    world = World("Ann Lee died on Monday.")
    ann, monday = world.mention("Ann Lee", "person"), world.mention("Monday", "date")
    world.happening("death", "died", {"whom": ann, "when": monday}, values={monday: value} if value else {})
    assert facts(world.read().triples) == expected


@pytest.mark.parametrize(("amount", "count"), [("10 percent", 0), ("10%", 0), ("$10 million", 1)])
def test_who_buys_a_tenth_owns_nothing(amount, count):
    world = World(f"Acme acquired {amount} of Bolt.")
    roles = {"who": world.mention("Acme", "organization"), "whom": world.mention("Bolt", "organization")}
    world.happening("acquisition", "acquired", roles | {"amount": world.mention(amount, "quantity")})
    assert len(facts(world.read().triples)) == count
    # Also if it is not sure that this is the amount.
    world.happenings.clear()
    world.happening("acquisition", "acquired", roles | {"amount": 2}, scores={2: 0.1})
    assert len(facts(world.read().triples)) == count


def test_spouses_that_a_relation_names_the_other_way_round_are_not_said_again():
    world = World("Ann Lee married Bo Orr.")
    ann, bo = world.mention("Ann Lee", "person"), world.mention("Bo Orr", "person")
    world.relation(bo, "P26", ann)
    world.happening("marriage", "married", {"who": ann, "with": bo})
    assert facts(world.read().triples) == [("Bo Orr", "P26", "Ann Lee", "asserted")]


DATED = {
    "appointed": ("appointment", {"whom": "person", "what": "office"}, ("2026-11-23", None)),
    "sacked": ("dismissal", {"whom": "person", "what": "office"}, (None, "2026-11-23")),
    "founded": ("founding", {"who": "person", "whom": "organization"}, (None, None)),
}


@pytest.mark.parametrize("trigger", DATED)
def test_what_can_end_is_dated_by_the_day_of_the_happening(trigger):
    kind, types, expected = DATED[trigger]
    world = World(f"Xq {trigger} on Monday: {', '.join(NAMES[role] for role in types)}.")
    roles = {role: world.mention(NAMES[role], type_) for role, type_ in types.items()}
    monday = world.mention("Monday", "date")
    certain = {monday: FoundValue(0, 0, "2026-11-23", "xsd:date")}
    world.happening(kind, trigger, roles | {"when": monday}, values=certain)
    (fact,) = (t for t in world.read().triples if t.predicate.id in {"P39", "P112"})
    assert (fact.since, fact.until) == expected


def test_whoever_else_is_near_a_birth_was_not_born_there():
    world = World("Ann Lee's uncle, Bo Orr, was born in Xyton.")
    ann, bo, town = (
        world.mention("Ann Lee", "person"),
        world.mention("Bo Orr", "person"),
        world.mention("Xyton", "location"),
    )
    world.happening("birth", "born", {"whom": (ann, bo), "where": town})
    assert len(facts(world.read().triples)) == 2
    world.relation(bo, "P19", town)
    assert facts(world.read().triples) == [("Bo Orr", "P19", "Xyton", "asserted")]
