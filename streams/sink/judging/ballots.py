"""What speaks for the contested facts, as this sink read it last, so that a batch need not read all of it again.

Half of all articles may name one office holder, and what each of them says has a vote. A sink that knows the votes of a
fact adds those of its own batch to them. Whether it knows them all, the fact itself tells: it carries the number of the
batch that last added evidence to it or read all of it, and none once some of its evidence has ended. So a batch of
another sink, or anything but an addition, makes a sink read the votes again.
"""

import random
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from streams.sink.conversion import millis_of_day
from streams.sink.judging.fusion import DAY, UNSAID, Vote

MOST = 300_000
"""Keys of votes that are remembered; each takes some 100 bytes."""

MOST_SINGLE = 1000
"""Votes on one fact up to which each counts by itself; of more, those of one day count as one vote of many voices."""

_BITS = 62
"""Of a batch's number, which no other batch, of this sink or another, may ever have."""


class Proof(NamedTuple):
    """What one piece of evidence says of a fact.

    Attributes:
        past: Whether it speaks of a former holder.
        article: The article's id.
        likeness: The keys that the article shares with its copies.
        sentence: The sentence.
        at: When it was published; milliseconds since 1970.
        confidence: From 0 to 1.
        change: Whether it reports a change; None is no.
        since: From which day, month or year on the fact holds, as ISO 8601; None if it does not say.
        until: Until when.
    """

    past: bool
    article: str
    likeness: Sequence[str] | None
    sentence: str | None
    at: int
    confidence: float
    change: bool | None = None
    since: str | None = None
    until: str | None = None

    def vote(self) -> Vote:
        """Returns the vote, of which the fact and its object are still unknown."""
        since, until = millis_of_day(self.since), millis_of_day(self.until, last=True)
        return Vote(
            self.at,
            "",
            "",
            int(1000 * self.confidence + 0.5),
            self.past,
            bool(self.change),
            since=UNSAID if since is None else since,
            until=UNSAID if until is None else until,
        )

    def keys(self) -> Iterator[int]:
        """Yields what it shares with evidence of the same voice: the article, its text or the sentence.

        Numbers, because sentences may be long. Two of a million share one once in thirty million times.
        """
        yield hash((self.past, "article", self.article))
        if self.sentence is not None:
            yield hash((self.past, "sentence", self.sentence))
        for key in self.likeness or ():
            yield hash((self.past, "text", key))


class Ballot:
    """The votes on one fact, one for each voice: an article and all its copies."""

    __slots__ = ("_days", "_joined", "_of", "_votes", "batch")

    def __init__(self, batch: int, proofs: Iterable[Proof] = ()) -> None:
        """Counts proofs.

        Args:
            batch: The number that the fact carries.
            proofs: All of its evidence that holds.
        """
        self.batch = batch
        self._votes: dict[int, Vote] = {}
        self._of: dict[int, int] = {}
        self._joined: dict[int, int] = {}
        self._days: dict[tuple[bool, int], Vote] | None = None
        for proof in proofs:
            self.add(proof)

    @property
    def room(self) -> int:
        """How many keys are remembered, and one for the fact, which may have none."""
        return 1 + len(self._of)

    def add(self, proof: Proof) -> None:
        """Adds further evidence: to the vote of its voice, or of the several voices that it joins to one."""
        vote, keys = proof.vote(), list(proof.keys())
        same = sorted({self._voice(self._of[key]) for key in keys if key in self._of})
        voice = same[0] if same else len(self._votes) + len(self._joined)
        before = self._votes.get(voice)
        for other in same[1:]:
            vote = _same_voice(vote, self._votes.pop(other))
            self._joined[other] = voice
        self._votes[voice] = after = _same_voice(before, vote) if before else vote
        self._of |= dict.fromkeys(keys, voice)
        if self._days is not None and not before:
            _count(self._days, vote)
        elif after != before or same[1:]:
            self._days = None

    def _voice(self, number: int) -> int:
        while number in self._joined:
            number = self._joined[number]
        return number

    def votes(self, value: str, fact: str, *, denied: bool) -> list[Vote]:
        """Returns the votes, with the canonical id of the fact's object, its id and whether it is denied."""
        counted: Iterable[Vote] = self._votes.values()
        if len(self._votes) > MOST_SINGLE:
            if self._days is None:
                self._days = {}
                for vote in counted:
                    _count(self._days, vote)
            counted = self._days.values()
        return [Vote(v.at, value, fact, *v[3:6], denied, *v[7:]) for v in counted]


def _same_voice(one: Vote, other: Vote) -> Vote:
    """Returns the one vote of two that are of one voice."""
    return one._replace(
        at=min(one.at, other.at),
        weight=max(one.weight, other.weight),
        change=one.change or other.change,
        since=_first(one.since, other.since),
        until=max(one.until, other.until),
    )


def _count(days: dict[tuple[bool, int], Vote], vote: Vote) -> None:
    """Adds a vote to that of its day."""
    day = vote.past, vote.at // DAY
    if (one := days.get(day)) is None:
        days[day] = vote
        return
    days[day] = _same_voice(one, vote)._replace(weight=one.weight + vote.weight, voices=one.voices + vote.voices)


def _first(one: int, other: int) -> int:
    return max(one, other) if UNSAID in {one, other} else min(one, other)


class Ballots:
    """The votes on the facts that were contested last. What a failed transaction changed is forgotten.

    Attributes:
        batch: The number of the batch that is being written.
    """

    def __init__(self, most: int = MOST) -> None:
        """Knows nothing yet.

        Args:
            most: Keys of votes to remember.
        """
        self._most = most
        self.batch = 0
        self.begin()
        self._ballots: OrderedDict[str, Ballot] = OrderedDict()
        self._total = 0
        self._changed: set[str] = set()

    def begin(self) -> None:
        """Gives the next batch its number."""
        self.batch = random.SystemRandom().getrandbits(_BITS)

    def __contains__(self, fact: str) -> bool:
        """Returns whether the votes on a fact were known at some time."""
        return fact in self._ballots

    def known(self, fact: str, batch: int | None) -> Ballot | None:
        """Returns the votes on a fact that carries this number; None if they are not known."""
        ballot = self._ballots.get(fact)
        if ballot is None or batch is None or ballot.batch != batch:
            return None
        self._ballots.move_to_end(fact)
        return ballot

    def extend(self, fact: str, before: int | None, proofs: Iterable[Proof]) -> None:
        """Adds what the batch brings.

        Args:
            fact: The fact.
            before: The number that it carried before.
            proofs: All of the batch's evidence for it.
        """
        if fact not in self._ballots:
            return
        ballot = self.known(fact, before)
        if ballot is None:
            self._forget(fact)
            return
        self._changed.add(fact)
        self._total -= ballot.room
        for proof in proofs:
            ballot.add(proof)
        self._total += ballot.room
        ballot.batch = self.batch

    def learn(self, fact: str, ballot: Ballot) -> None:
        """Remembers votes that were read."""
        self._forget(fact)
        self._ballots[fact] = ballot
        self._total += ballot.room
        self._changed.add(fact)

    def commit(self) -> None:
        """Keeps what the transaction changed, and forgets what was asked for longest ago."""
        self._changed.clear()
        while self._total > self._most:
            self._forget(next(iter(self._ballots)))

    def roll_back(self) -> None:
        """Forgets what changed since the last commit."""
        for fact in self._changed:
            self._forget(fact)
        self._changed.clear()

    def _forget(self, fact: str) -> None:
        if (ballot := self._ballots.pop(fact, None)) is not None:
            self._total -= ballot.room
