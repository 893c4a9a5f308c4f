"""Where facts are is known once a transaction is committed, and of so many facts at most."""

from streams.sink.known_facts import KnownFacts, Place


def place(number: int) -> Place:
    return Place("EMPLOYER", f"5:x:{number}")


def test_what_a_transaction_learned_counts_once_it_is_committed() -> None:
    known = KnownFacts()
    known.learn({"a": place(1)})
    assert known.among(["a"]) == {}
    known.commit()
    assert known.among(["a", "b"]) == {"a": place(1)}


def test_what_a_transaction_learned_in_vain_is_forgotten() -> None:
    known = KnownFacts()
    known.learn({"a": place(1)})
    known.roll_back()
    known.commit()
    assert known.among(["a"]) == {}


def test_the_facts_asked_for_last_are_kept() -> None:
    known = KnownFacts(most=2)
    known.learn({"a": place(1), "b": place(2)})
    known.commit()
    known.among(["a"])
    known.learn({"c": place(3)})
    known.commit()
    assert known.among(["a", "b", "c"]) == {"a": place(1), "c": place(3)}


def test_a_fact_may_move() -> None:
    known = KnownFacts()
    for number in (1, 2):
        known.learn({"a": place(number)})
        known.commit()
    assert known.among(["a"]) == {"a": place(2)}
    known.clear()
    assert known.among(["a"]) == {}
