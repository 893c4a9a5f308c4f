"""The bank of sentence patterns: every line can be read, fits the ontology, and is unlike every other."""

from collections import Counter

import pytest

from inference.training.text.sources.pattern_bank import PatternError, pattern_bank, read_pattern
from topology.ontology import load_ontology
from topology.settings import REPOSITORY

BANK = pattern_bank()
ALL = [pattern for patterns in BANK.values() for pattern in patterns]
ONTOLOGY = load_ontology(REPOSITORY / "topology" / "ontology.yaml")
NOT_ASSERTED = {"past", "planned", "possible", "denied"}


def test_there_are_enough_of_each_kind():
    assert len(ALL) >= 4000
    for name, patterns in BANK.items():
        assert len(patterns) >= (40 if name in ONTOLOGY.by_id or name == "other" else 60), name


def test_no_two_share_their_wording():
    wordings = Counter(pattern.skeleton for pattern in ALL)
    assert [wording for wording, number in wordings.items() if number > 1] == []


def test_every_relation_is_of_the_ontology():
    assert {fact.relation for pattern in ALL for fact in pattern.facts} <= set(ONTOLOGY.by_id)


def test_a_quarter_is_not_asserted():
    said = [pattern for pattern in ALL if pattern.facts or pattern.happenings]
    unsure = [p for p in said if {x.modality for x in (*p.facts, *p.happenings)} & NOT_ASSERTED]
    assert len(unsure) >= len(said) / 4


def test_half_name_somebody_who_has_no_part_in_what_is_stated():
    def idle(pattern):
        part = {key for fact in pattern.facts if not fact.open for key in (fact.subject, fact.object)}
        part |= {key for happening in pattern.happenings for _, key in happening.roles}
        return set(pattern.pools) - part

    assert sum(bool(idle(pattern)) for pattern in ALL) >= len(ALL) / 2


def test_a_pattern_is_read_into_pieces_and_labels():
    pattern = read_pattern(
        "{A:company}, which {B:person} left in {Y:year}, <1:fired> its [O:chair], {C:person}; {=C:she} <2:sued>. "
        "| B P108 A past until Y; C P39 O past; O of A; ? A P488 C; h1 dismissal who=A whom=C; h2 trial who=C whom=A",
        "here:1",
    )
    assert pattern.pools == {"A": "company", "B": "person", "Y": "year", "C": "person", "O": "office"}
    assert (pattern.facts[0].modality, pattern.facts[0].until) == ("past", "Y")
    assert pattern.facts[2].open
    assert [(h.trigger, h.kind, h.roles) for h in pattern.happenings] == [
        ("1", "dismissal", (("who", "A"), ("whom", "C"))),
        ("2", "trial", (("who", "C"), ("whom", "A"))),
    ]
    assert pattern.offices == (("O", "A"),)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{A:company} grows.", "no labels"),
        ("{A:company} grows. | A P169 B", "no slot B"),
        ("{A:company} <bought> {B:company}. | -", "do not match"),
        ("{A:company} named {B:person}. | A P169 B perhaps", "perhaps"),
        ("{A:company} <bought> {B:company}. | h acquisition buyer=A", "no such role"),
    ],
)
def test_what_cannot_be_read_says_why(line, problem):
    with pytest.raises(PatternError, match=problem):
        read_pattern(line, "here:1")
