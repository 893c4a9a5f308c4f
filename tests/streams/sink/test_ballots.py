"""The votes on contested facts that a sink remembers are those that it would read."""

import random
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

from streams.sink.judging.ballots import MOST_SINGLE, Ballot, Ballots, Proof
from streams.sink.judging.fusion import DAY, UNSAID, Vote, verdicts


def proof(at: int, sentence: str | None = None, *, article: str = "", past: bool = False, **more: Any) -> Proof:
    fields = {"likeness": (), "confidence": 0.9} | more
    return Proof(past=past, article=article or str(at), sentence=sentence or f"Said at {at}.", at=at, **fields)


def votes(ballot: Ballot) -> list[Vote]:
    return sorted(ballot.votes("a", "fa", denied=False))


def test_a_vote_has_the_weight_of_its_confidence_and_the_days_that_its_sentence_states() -> None:
    (vote,) = votes(Ballot(1, [proof(5, confidence=0.8765, since="2026-03-01", past=True)]))
    day = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp()) * 1000
    assert vote == Vote(5, "a", "fa", 877, past=True, since=day, until=UNSAID)


def test_copies_of_a_sentence_are_one_voice_in_any_order() -> None:
    copies = [proof(9, "Same.", confidence=0.7), proof(3, "Same.", confidence=0.6), proof(4, "Same.", past=True)]
    expected = [Vote(3, "a", "fa", 700), Vote(4, "a", "fa", 900, past=True)]
    for order in (copies, copies[::-1]):
        assert votes(Ballot(1, order)) == expected


def test_copies_of_a_text_are_one_voice_whatever_their_sentences() -> None:
    copies = [proof(1, likeness=("x", "y")), proof(2, likeness=("y", "z")), proof(3, likeness=("w",))]
    assert [vote.at for vote in votes(Ballot(1, copies))] == [1, 3]


def test_what_an_article_says_twice_is_said_once() -> None:
    said = [proof(7, "B.", article="x", confidence=0.6, until="2026"), proof(7, "A.", article="x", since="2025-01")]
    (vote,) = votes(Ballot(1, said))
    assert (vote.at, vote.weight, vote.voices) == (7, 900, 1)
    assert UNSAID not in {vote.since, vote.until}


def test_an_article_that_joins_two_voices_does_so_in_any_order() -> None:
    said = [proof(1, "A."), proof(2, "B."), proof(3, "A.", article="x"), proof(4, "B.", article="x"), proof(5)]
    for order in permutations(said):
        assert [vote.at for vote in votes(Ballot(1, order))] == [1, 5]


def test_of_very_many_votes_those_of_one_day_are_one_of_many_voices() -> None:
    crowd = [proof(n * DAY // 500) for n in range(MOST_SINGLE + 1)]
    ballot = Ballot(1, crowd[:-1])
    assert len(votes(ballot)) == MOST_SINGLE
    ballot.add(crowd[-1])
    assert votes(ballot) == [
        Vote(0, "a", "fa", 500 * 900, voices=500),
        Vote(DAY, "a", "fa", 500 * 900, voices=500),
        Vote(2 * DAY, "a", "fa", 900, voices=1),
    ]


def test_votes_of_days_do_not_depend_on_the_order_in_which_they_came() -> None:
    draw = random.Random(3)  # noqa: S311 - test data, not a secret
    crowd = [
        proof(
            draw.randrange(20 * DAY),
            f"Sentence {draw.randrange(3 * MOST_SINGLE)}.",
            article=str(draw.randrange(8 * MOST_SINGLE)),
            past=draw.random() < 0.1,
            likeness=(str(draw.randrange(8 * MOST_SINGLE)),),
        )
        for _ in range(4 * MOST_SINGLE)
    ]
    whole = votes(Ballot(1, crowd))
    assert len(whole) <= 2 * 21
    for _ in range(3):
        draw.shuffle(crowd)
        grown = Ballot(1)
        for n, one in enumerate(crowd):
            grown.add(one)
            if n % 500 == 0:
                grown.votes("a", "fa", denied=False)
        assert votes(grown) == whole


def test_a_day_with_two_voices_is_enough_for_a_change() -> None:
    names = {"a": "a", "b": "b"}
    before = [Vote(n, "a", "fa", 900) for n in range(3)]
    for voices, standing in ((1, "disputed"), (2, "current")):
        newcomer = Vote(40 * DAY, "b", "fb", 1500, voices=voices)
        assert verdicts([*before, newcomer], lasting=False, names=names)["fb"].standing == standing


def known(most: int = 100) -> Ballots:
    ballots = Ballots(most)
    ballots.learn("fa", Ballot(1, [proof(1)]))
    ballots.commit()
    ballots.begin()
    return ballots


def test_votes_are_known_as_long_as_each_batch_that_added_to_them_was_ours() -> None:
    ballots = known()
    ballots.extend("fa", 1, [proof(2)])
    assert ballots.known("fa", 1) is None
    found = ballots.known("fa", ballots.batch)
    assert found is not None
    assert [vote.at for vote in votes(found)] == [1, 2]


def test_no_two_batches_have_one_number() -> None:
    numbers = set()
    for ballots in (Ballots(), Ballots()):
        for _ in range(1000):
            ballots.begin()
            numbers.add(ballots.batch)
    assert len(numbers) == 2000


def test_votes_are_read_again_after_another_sink_and_after_evidence_has_ended() -> None:
    for before in (7, None):
        ballots = known()
        ballots.extend("fa", before, [proof(2)])
        assert ballots.known("fa", ballots.batch) is None
        assert "fa" not in ballots
    assert known().known("fa", None) is None


def test_what_a_failed_transaction_added_does_not_count() -> None:
    ballots = known()
    ballots.extend("fa", 1, [proof(2)])
    ballots.learn("fb", Ballot(2, [proof(1)]))
    ballots.roll_back()
    for fact, batch in (("fa", 1), ("fa", ballots.batch), ("fb", 2)):
        assert ballots.known(fact, batch) is None


def test_the_votes_asked_for_last_are_kept() -> None:
    ballots = Ballots(most=11)
    for fact in ("fa", "fb"):
        ballots.learn(fact, Ballot(1, [proof(n) for n in range(2)]))
    ballots.commit()
    ballots.known("fa", 1)
    ballots.extend("fa", 1, [proof(0)])
    ballots.learn("fc", Ballot(1, [proof(n) for n in range(2)]))
    ballots.commit()
    assert [fact in ballots for fact in ("fa", "fb", "fc")] == [True, False, True]
