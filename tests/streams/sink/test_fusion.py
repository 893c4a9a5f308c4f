"""Which of several objects holds when: the rules, without a graph."""

import random
from itertools import pairwise, permutations

import pytest

from streams.sink.judging.fusion import (
    CLOSED,
    CONTRADICTED,
    CURRENT,
    DAY,
    DISPUTED,
    Tenure,
    Verdict,
    Vote,
    tenures,
    verdicts,
)

NAMES = {letter: letter for letter in "abc"}


def votes(text: str, weight: int = 900) -> list[Vote]:
    """`a1 b2 -a3`: at 1 for a, at 2 for b, at 3 that a holds no more."""
    return [Vote(int(w.strip("-")[1:]), w.strip("-")[0], f"f{w.strip('-')[0]}", weight, "-" in w) for w in text.split()]


def judged(text: str, *, lasting: bool = False) -> dict[str, Verdict]:
    return verdicts(votes(text), lasting=lasting, names=NAMES)


def standings(text: str, *, lasting: bool = False) -> dict[str, str]:
    return {fact: verdict.standing for fact, verdict in sorted(judged(text, lasting=lasting).items())}


def test_a_newcomer_closes_the_old_fact_when_enough_speaks_for_it() -> None:
    assert judged("a1 a2 a3 b4") == {"fa": Verdict(CURRENT, since=1), "fb": Verdict(DISPUTED)}
    assert judged("a1 a2 a3 b4 b5") == {
        "fa": Verdict(CLOSED, since=1, until=4, by="fb", at_latest=True),
        "fb": Verdict(CURRENT, since=4),
    }


def test_a_stray_mention_of_a_former_holder_changes_nothing() -> None:
    assert standings("a1 a2 a3 b4 b5 b6 a7") == {"fa": CLOSED, "fb": CURRENT}
    assert standings("a1 a2 b3 a4 a5") == {"fa": CURRENT, "fb": DISPUTED}


def test_who_comes_back_holds_twice() -> None:
    assert judged("a1 a2 b3 b4 b5 b6 a7 a8 a9") == {
        "fa": Verdict(CURRENT, since=7, before=(1, 3)),
        "fb": Verdict(CLOSED, since=3, until=7, by="fa", at_latest=True),
    }


def test_word_of_a_former_holder_closes_without_a_successor() -> None:
    assert judged("a1 a2 -a3 -a4") == {"fa": Verdict(CLOSED, since=1, until=3, at_latest=True)}
    assert judged("-a5") == {"fa": Verdict(CLOSED, until=5, at_latest=True)}


def test_who_resigned_did_not_hold_until_a_successor_was_named() -> None:
    assert tenures(votes("a1 a2 -a3 b5 b6")) == [Tenure("a", 1, 3), Tenure("b", 5)]


def test_what_nothing_contradicts_has_no_verdict() -> None:
    assert judged("a1 a2 a3") == {}
    assert judged("a1 a2", lasting=True) == {}


def test_for_ever_the_better_supported_stays_however_new() -> None:
    assert standings("a1 a2 a3 b4", lasting=True) == {"fa": CURRENT, "fb": CONTRADICTED}
    assert standings("b1 a2 a3 a4", lasting=True) == {"fa": CURRENT, "fb": CONTRADICTED}
    assert standings("a1 a2 b3", lasting=True) == {"fa": CURRENT, "fb": DISPUTED}
    assert standings("a1 b2", lasting=True) == {"fa": DISPUTED, "fb": DISPUTED}
    assert judged("a1 a2 a3 b4", lasting=True)["fb"].by == "fa"


def test_a_weak_article_does_not_do_what_a_strong_one_does() -> None:
    weak = [*votes("a1 a2"), *votes("b3 b4", weight=600)]
    assert verdicts(weak, lasting=False, names=NAMES)["fb"].standing == DISPUTED
    assert verdicts([*weak, *votes("b5", weight=600)], lasting=False, names=NAMES)["fb"].standing == CURRENT


def test_after_a_long_silence_one_sure_report_of_the_change_suffices() -> None:
    for days, change, weight, standing in (
        (1, True, 900, DISPUTED),
        (100, True, 900, CURRENT),
        (100, False, 900, DISPUTED),
        (100, True, 510, DISPUTED),
        (300, False, 900, DISPUTED),
        (3000, False, 900, CURRENT),
        (3000, False, 510, DISPUTED),
    ):
        some = [*votes("a1 a2"), Vote(days * DAY, "b", "fb", weight, change=change)]
        assert verdicts(some, lasting=False, names=NAMES)["fb"].standing == standing


def test_a_weak_single_word_of_an_end_closes_nothing() -> None:
    held = votes("a1 a2")
    for weight, standing in ((510, CURRENT), (900, CLOSED)):
        some = [*held, Vote(1000 * DAY, "a", "fa", weight, past=True, change=True)]
        assert verdicts(some, lasting=False, names=NAMES)["fa"].standing == standing


def test_an_end_that_nobody_reported_is_one_at_the_latest() -> None:
    successor = [Vote(n * DAY, "b", "fb", 900, change=change) for n, change in ((10, True), (11, False))]
    assert verdicts([*votes("a1 a2"), *successor], lasting=False, names=NAMES)["fa"].at_latest is False
    quiet = [Vote(n * DAY, "b", "fb", 900) for n in (10, 11)]
    assert verdicts([*votes("a1 a2"), *quiet], lasting=False, names=NAMES)["fa"].at_latest is True


def test_who_is_first_seen_years_later_is_not_taken_for_the_successor() -> None:
    for days, closer in ((300, "fb"), (3000, None)):
        some = [*votes("a1 a2"), *(Vote((days + n) * DAY, "b", "fb", 900) for n in range(2))]
        found = verdicts(some, lasting=False, names=NAMES)["fa"]
        assert (found.standing, found.by, found.at_latest) == (CLOSED, closer, True)


def test_a_stated_term_dates_what_is_past() -> None:
    told = [Vote(9000 * DAY, "a", "fa", 700, past=True, since=100 * DAY, until=800 * DAY)]
    assert verdicts(told, lasting=False, names=NAMES) == {"fa": Verdict(CLOSED, since=100 * DAY, until=800 * DAY)}


def test_a_denial_lowers_a_fact_and_never_closes_it() -> None:
    for lasting in (False, True):
        denied = [Vote(5, "a", "c", 900, denied=True)]
        assert verdicts([*votes("a1"), *denied], lasting=lasting, names=NAMES) == {"fa": Verdict(DISPUTED)}
        assert verdicts([*votes("a1 a2"), *denied], lasting=lasting, names=NAMES) == {}
        assert verdicts(denied, lasting=lasting, names=NAMES) == {}


def test_facts_that_exclude_nothing_end_one_by_one() -> None:
    found = verdicts(votes("a1 b2 -a3 -a4"), lasting=False, names=NAMES, many=True)
    assert found == {"fa": Verdict(CLOSED, since=1, until=3, at_latest=True)}


def test_the_work_is_bounded_where_a_model_names_everybody() -> None:
    crowd = [Vote(n, f"v{n}", f"f{n}", 500) for n in range(2000)]
    found = verdicts([*crowd, *votes("a3000 a3001")], lasting=False, names=NAMES | {v.value: v.value for v in crowd})
    assert found["fa"].standing == CURRENT
    assert {verdict.standing for fact, verdict in found.items() if fact != "fa"} == {DISPUTED}


@pytest.mark.parametrize(("coarse", "fine"), [("1970", "1970-05-03"), ("Illinois", "Springfield, Illinois")])
def test_the_less_exact_contradicts_nothing(coarse: str, fine: str) -> None:
    names = {"a": coarse, "b": fine, "c": "elsewhere"}
    assert verdicts(votes("a1 a2 b3"), lasting=True, names=names) == {}
    found = verdicts(votes("a1 a2 b3 c4"), lasting=True, names=names)
    assert {fact: verdict.standing for fact, verdict in found.items()} == {
        "fa": CURRENT,
        "fb": CURRENT,
        "fc": CONTRADICTED,
    }


def test_ever_finer_dates_are_one() -> None:
    names = {"a": "1970", "b": "1970-05", "c": "1970-05-03"}
    assert verdicts(votes("a1 a2 b3 c4"), lasting=True, names=names) == {}


def test_the_order_of_arrival_does_not_show() -> None:
    for text in ("a1 b1 a2 b2 b3", "a1 b2 c2 c3 -b3 a4"):
        seen = [
            verdicts(some, lasting=lasting, names=NAMES)
            for lasting in (False, True)
            for some in permutations(votes(text))
        ]
        half = len(seen) // 2
        assert all(found == seen[0] for found in seen[:half])
        assert all(found == seen[half] for found in seen[half:])


@pytest.mark.parametrize("seed", range(30))
def test_the_succession_is_the_cheapest_there_is(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311
    some = sorted(
        Vote(at, value := draw.choice("ab"), f"f{value}", draw.randrange(1, 1000), draw.random() < 0.2)
        for at in range(9)
    )
    support = draw.choice([300, 700, 1500])
    states: list[str | None] = ["a", "b", *([None] if any(x.past for x in some) else [])]

    def price(path: list[str | None]) -> int:
        against = sum(x.weight for x, state in zip(some, path, strict=True) if (x.value == state) == x.past)
        return against + support * sum(a != b for a, b in pairwise(path))

    def every(length: int) -> list[list[str | None]]:
        return [[]] if not length else [[*path, state] for path in every(length - 1) for state in states]

    chain = tenures(some, support, confirmed=False)
    begins = [0, *(tenure.until or 0 for tenure in chain[:-1])]
    path = [[r.value for begin, r in zip(begins, chain, strict=True) if begin <= x.at][-1] for x in some]
    assert price(path) == min(map(price, every(len(some))))


def test_reigns_touch_and_do_not_overlap() -> None:
    assert tenures(votes("a1 a2 b3 b4 c5 c6")) == [Tenure("a", 1, 3), Tenure("b", 3, 5), Tenure("c", 5)]
