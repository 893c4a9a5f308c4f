"""What every source of knowledge promises, to be held against each of them.

Each promise takes a source that holds `FACTS` and asserts.
"""

from inference.knowledge.base import KnownFact

FACTS = [
    KnownFact("Beijing", "capital of", "China"),
    KnownFact("Beijing", "contains", "Tiananmen"),
    KnownFact("Beijing", "contains", "Summer Palace"),
    KnownFact("Beijing", "twinned with", "Tokyo"),
    KnownFact("Tokyo", "capital of", "Japan"),
    KnownFact("Tokyo", "contains", "Ueno"),
    KnownFact('Bar "X" } ?a ?b', "kind", "tavern"),
]


def what_is_known_touches_a_name(base):
    facts = base.neighbourhood(["beijing"], 10)
    assert {fact.object for fact in facts} == {"China", "Tiananmen", "Summer Palace", "Tokyo"}
    assert {fact.predicate for fact in facts} == {"capital of", "contains", "twinned with"}


def what_joins_two_names_comes_first_and_then_each_has_its_turn(base):
    facts = base.neighbourhood(["Beijing", "Tokyo"], 3)
    assert [(f.subject, f.predicate) for f in facts] == [
        ("Beijing", "twinned with"),
        ("Beijing", "capital of"),
        ("Tokyo", "capital of"),
    ]


def the_same_question_has_the_same_answer_and_nothing_comes_twice(base):
    once, again = (base.neighbourhood(["Tokyo", "Beijing", "Tokyo"], 20) for _ in range(2))
    assert once == again
    assert len(set(once)) == len(once) == 6


def who_is_unknown_has_no_facts(base):
    assert base.neighbourhood(["Atlantis", "", "  "], 5) == ()
    assert base.neighbourhood(["Tokyo"], 0) == ()


def a_name_says_no_more_than_itself(base):
    (fact,) = base.neighbourhood(['Bar "X" } ?a ?b'], 5)
    assert fact.object == "tavern"


PROMISES = (
    what_is_known_touches_a_name,
    what_joins_two_names_comes_first_and_then_each_has_its_turn,
    the_same_question_has_the_same_answer_and_nothing_comes_twice,
    who_is_unknown_has_no_facts,
    a_name_says_no_more_than_itself,
)
