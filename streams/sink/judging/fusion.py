"""Which of several objects holds, and when, for relations of which one object holds at a time.

Every article that states a fact votes for its object at the time of publication. Of all possible successions of holders
we choose the cheapest: a vote against the holder of its time costs the vote's confidence, and each change of holder
costs `SUPPORT`, less after a silence. So a newcomer closes the old fact once enough articles support it and not before,
and one stray mention of a former holder changes nothing. Besides, a change needs two articles, or one of high
confidence that reports the change itself: a weak single reading closes nothing. This is the Viterbi path of a hidden
Markov model with one state per holder (Rabiner 1989, "A tutorial on hidden Markov models", section III.B). It is a pure
function of the evidence, so neither the order of arrival nor a crash can change the result.

Weights are thousandths and times milliseconds, both integers, so that sums do not depend on the order of adding.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter
from typing import NamedTuple

SUPPORT = 1500
"""Support that a newcomer needs within a day of the last vote, in thousandths: two articles of confidence 0.75 each.
docs/evaluation/fusion.md compares the alternatives."""

FADING = 150
"""By how much less support suffices each time the silence before it doubles: 750, one good article, after a month."""

SURE = 800
"""Confidence, in thousandths, from which one article that reports a change or an end is enough for it."""

ENOUGH = 2
"""Articles that are enough for a change whatever their confidence."""

YEAR = 366
"""Days of silence after which the next known holder is not taken for the one who followed, and one sure article that
names him is enough."""

EDITOR = 1_000_000
"""Weight, in thousandths, of an editor who confirms a fact: more than all articles up to then. Later ones may report a
change all the same."""

LEAD = 500
"""Support, in thousandths, by which a permanent object must lead for it to be the one that holds: two articles that
contradict each other leave both disputed."""

MOST_HOLDERS = 50
"""Objects that can be holders, best supported first. Bounds the work where a model names everybody."""

DAY = 86_400_000
"""Milliseconds."""

UNSAID = -(2**62)
"""Stands for a time that no article states. An integer, so that votes can be sorted."""

_DATE = re.compile(r"\d{4}(-\d{2}){1,2}")

CURRENT, CLOSED, DISPUTED, CONTRADICTED = "current", "closed", "disputed", "contradicted"


class Vote(NamedTuple):
    """What one article says of one fact, or what all articles of one day say of it.

    Attributes:
        at: When it was published; milliseconds since 1970.
        value: Canonical id of the fact's object.
        fact: The fact's id.
        weight: The confidence in thousandths.
        past: Whether the article speaks of a former holder: a vote that the object no longer holds.
        change: Whether it reports the change itself: "was sworn in", "resigned".
        denied: Whether somebody denies the fact. That is a vote against it and never one for another object.
        since: From when the object holds, if the article says; milliseconds, else `UNSAID`.
        until: Until when.
        voices: How many articles it stands for; `weight` is that of all of them.
    """

    at: int
    value: str
    fact: str
    weight: int
    past: bool = False
    change: bool = False
    denied: bool = False
    since: int = UNSAID
    until: int = UNSAID
    voices: int = 1


@dataclass(frozen=True, slots=True)
class Tenure:
    """A period in which one object holds.

    Attributes:
        value: The object; None while none of the known objects holds.
        since: Time of the first vote for it.
        until: Time of the first vote that it no longer holds, or of the first vote for its successor; None if it holds
            to this day.
    """

    value: str | None
    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a fact.

    Attributes:
        standing: `current`; `closed`, it held until `until`; `disputed`, it has too little support; `contradicted`,
            another object holds permanently.
        since: When it began to hold, the last time.
        until: When it stopped holding.
        by: The fact that closed or contradicted it, if one did.
        at_latest: Whether it may have stopped earlier: nobody reported the end, only that it is over.
        before: Earlier periods in which it held: beginning, end, beginning, end, and so on.
    """

    standing: str
    since: int | None = None
    until: int | None = None
    by: str | None = None
    before: tuple[int, ...] = ()
    at_latest: bool = False


def verdicts(
    votes: Iterable[Vote], *, lasting: bool, names: Mapping[str, str], many: bool = False
) -> dict[str, Verdict]:
    """Judges the facts of one subject and one relation.

    Args:
        votes: All votes on them, in any order.
        lasting: Whether the object holds permanently, as a place of birth does.
        names: Each object's name, by value. They show whether two objects contradict each other: "1970-05" and
            "1970-05-03" do not.
        many: Whether several objects may hold at once, so that each is judged by itself.

    Returns:
        A verdict by fact id; facts that nothing contradicts have none.
    """
    if many:
        return _each(votes)
    said = sorted(votes)
    votes = [vote for vote in said if not vote.denied]
    refined = _refined({v.value for v in votes}, votes, names)
    votes = _renamed(votes, refined)
    values = {v.value for v in votes}
    judged: dict[str, Verdict] = {}
    if len(values) > 1 or (not lasting and any(v.past for v in votes)):
        judged = _permanent(votes) if lasting else _successive(votes)
    for value in _doubted(votes, _renamed([v for v in said if v.denied], refined)):
        if judged.get(value, Verdict(CURRENT)).standing == CURRENT:
            judged[value] = Verdict(DISPUTED)
    return {vote.fact: judged[vote.value] for vote in votes if vote.value in judged}


def _renamed(votes: Iterable[Vote], refined: Mapping[str, str]) -> list[Vote]:
    return [v if (value := refined.get(v.value, v.value)) == v.value else v._replace(value=value) for v in votes]


def _each(votes: Iterable[Vote]) -> dict[str, Verdict]:
    """Judges facts that do not exclude each other: each holds until its end is reported."""
    judged: dict[str, Verdict] = {}
    for value, some in _by_value(sorted(votes)).items():
        judged |= verdicts(some, lasting=False, names={value: value})
    return judged


def _by_value(votes: Iterable[Vote]) -> dict[str, list[Vote]]:
    found: dict[str, list[Vote]] = defaultdict(list)
    for vote in votes:
        found[vote.value].append(vote)
    return found


def _doubted(votes: Sequence[Vote], denials: Sequence[Vote]) -> list[str]:
    """Returns the objects that are denied with at least as much support as they are stated with."""
    stated, denied = _totals(votes), _totals(denials)
    return [value for value, total in denied.items() if value in stated and total >= stated[value]]


def tenures(
    votes: Sequence[Vote], support: int = SUPPORT, fading: int = FADING, *, confirmed: bool = True
) -> list[Tenure]:
    """Returns who held when, in order of time.

    Args:
        votes: On the objects of one subject and relation, in order of time.
        support: Cost of a change of holder, in thousandths.
        fading: By how much the cost falls each time the silence doubles.
        confirmed: Whether a change needs two articles, or a sure one that reports it.
    """
    votes = list(votes)
    while True:
        found, weak = _tenures(votes, support, fading)
        if not weak or not confirmed:
            return found
        votes = [vote for vote in votes if vote not in weak]


def _tenures(votes: Sequence[Vote], support: int, fading: int) -> tuple[list[Tenure], set[Vote]]:
    """Returns the cheapest succession, and the votes for changes in it that too little speaks for."""
    states: list[str | None] = list(islice(_totals(votes), MOST_HOLDERS))
    if any(vote.past for vote in votes):
        states.append(None)
    found: list[Tenure] = []
    weak: set[Vote] = set()
    for state, stretch in groupby(
        zip(_cheapest(votes, states, support, fading), votes, strict=True), key=itemgetter(0)
    ):
        some = [vote for _, vote in stretch]
        holder, backing = state, [vote for vote in some if vote.value == state and not vote.past]
        if not backing:
            # No vote here is for a holder; votes that somebody no longer holds leave the place empty.
            holder, backing = None, [vote for vote in some if vote.past]
        if backing and (not found or found[-1].value != holder):
            if found:
                ended = [vote for vote in some if vote.past and vote.value == found[-1].value]
                if found[-1].value is not None and not (
                    _enough(ended if holder is None else [*backing, *ended])
                    or (holder is not None and backing[0].weight >= SURE and _forgotten(found[-1], backing[0], votes))
                ):
                    weak.update(backing, ended)
                found[-1] = Tenure(found[-1].value, found[-1].since, min(v.at for v in (*ended[:1], backing[0])))
            found.append(Tenure(holder, backing[0].at))
    return found, weak


def _enough(backing: Sequence[Vote]) -> bool:
    """Returns whether votes suffice for a change: two articles, or one that is sure and reports the change."""
    return sum(vote.voices for vote in backing) >= ENOUGH or any(
        vote.weight >= SURE and (vote.change or vote.past) for vote in backing
    )


def _forgotten(last: Tenure, first: Vote, votes: Sequence[Vote]) -> bool:
    """Returns whether nobody had named a holder for more than a year when somebody else was named."""
    seen = max((v.at for v in votes if v.value == last.value and not v.past and v.at < first.at), default=last.since)
    return first.at - seen > YEAR * DAY


def _cheapest(votes: Sequence[Vote], states: Sequence[str | None], support: int, fading: int) -> list[str | None]:
    """Returns the holder at each vote on the cheapest path; of equally cheap paths, the one that changes last."""
    cost = [0] * len(states)
    came: list[list[int]] = []
    for n, vote in enumerate(votes):
        best = min(range(len(states)), key=cost.__getitem__)
        back = list(range(len(states)))
        # Votes of the same moment have no order, so the holder cannot change between them.
        if n and (silence := vote.at - votes[n - 1].at):
            price = max(0, support - fading * (silence // DAY).bit_length())
            for s in range(len(states)):
                if cost[best] + price < cost[s]:
                    cost[s], back[s] = cost[best] + price, best
        came.append(back)
        for s, state in enumerate(states):
            if (vote.value == state) == vote.past:
                cost[s] += vote.weight
    at = min(range(len(states)), key=cost.__getitem__)
    path = []
    for back in reversed(came):
        path.append(states[at])
        at = back[at]
    return path[::-1]


def _successive(votes: Sequence[Vote]) -> dict[str, Verdict]:
    chain = tenures(votes)
    leads = _leads(votes)
    judged = {}
    for value, own in _by_value(votes).items():
        held = [(n, tenure) for n, tenure in enumerate(chain) if tenure.value == value]
        if not held:
            over = sum(vote.weight if vote.past else -vote.weight for vote in own) >= 0
            judged[value] = _held_once(own) if over and any(vote.past for vote in own) else Verdict(DISPUTED)
            continue
        n, last = held[-1]
        begun = [vote.since for vote in own if vote.since != UNSAID]
        since = min([last.since, *begun]) if len(held) == 1 else last.since
        before = tuple(t for _, r in held[:-1] for t in (r.since, r.until or r.since))
        if last.until is None:
            judged[value] = Verdict(CURRENT, since=since, before=before)
            continue
        until, reported = _end(own, last.until, votes)
        follower = chain[n + 1] if n + 1 < len(chain) else None
        seen = max((vote.at for vote in own if not vote.past and vote.at <= last.until), default=last.since)
        followed = follower is not None and (reported or follower.since - seen <= YEAR * DAY)
        judged[value] = Verdict(
            CLOSED,
            since=min(since, until),
            until=until,
            by=leads[follower.value] if follower and follower.value is not None and followed else None,
            before=before,
            at_latest=not reported,
        )
    return judged


def _end(own: Sequence[Vote], seen: int, votes: Sequence[Vote]) -> tuple[int, bool]:
    """Returns when a tenure ended, and whether that was reported and not only concluded.

    Args:
        own: All votes on the object.
        seen: The first vote that speaks against it.
        votes: All votes.
    """
    stated = [vote.until for vote in own if vote.past and vote.until != UNSAID]
    if stated:
        return min(max(stated), seen), True
    return seen, any(vote.change for vote in votes if vote.at == seen and (vote.past or vote not in own))


def _held_once(own: Sequence[Vote]) -> Verdict:
    """Returns the verdict on an object of which the articles say rather that it held than that it holds."""
    past = [vote for vote in own if vote.past]
    until, reported = _end(past, past[0].at, past)
    begun = [vote.since for vote in own if vote.since != UNSAID]
    begun += [vote.at for vote in own if not vote.past and vote.at <= until]
    return Verdict(CLOSED, since=min(begun) if begun else None, until=until, at_latest=not reported)


def _permanent(votes: Sequence[Vote]) -> dict[str, Verdict]:
    totals = _totals([Vote(v.at, v.value, v.fact, v.weight) for v in votes])
    leads = _leads(votes)
    best, *others = totals
    leads_by = totals[best] - max((totals[value] for value in others), default=0)
    first = min(v.at for v in votes if v.value == best)
    judged = {best: Verdict(CURRENT, since=first) if leads_by >= LEAD else Verdict(DISPUTED)}
    for value in others:
        beaten = totals[best] - totals[value] >= SUPPORT
        judged[value] = Verdict(CONTRADICTED, by=leads[best]) if beaten else Verdict(DISPUTED)
    return judged


def _totals(votes: Sequence[Vote]) -> dict[str, int]:
    """Returns each object's total support, best supported first; of equals, the one named first."""
    first: dict[str, int] = {}
    totals: dict[str, int] = defaultdict(int)
    for vote in votes:
        if not vote.past:
            first.setdefault(vote.value, vote.at)
            totals[vote.value] += vote.weight
    return {value: totals[value] for value in sorted(totals, key=lambda v: (-totals[v], first[v], v))}


def _leads(votes: Sequence[Vote]) -> dict[str, str]:
    """Returns each object's best supported fact; an object known under several names has several facts."""
    weights: dict[tuple[str, str], int] = defaultdict(int)
    for vote in votes:
        weights[vote.value, vote.fact] += 0 if vote.past else vote.weight
    return {value: fact for (value, fact), _ in sorted(weights.items(), key=lambda item: (item[1], item[0]))}


def _refined(values: set[str], votes: Sequence[Vote], names: Mapping[str, str]) -> dict[str, str]:
    """Maps each object to the most precise one that agrees with it, to itself if there is none.

    "1970" becomes "1970-05-03" if that is among the objects: the two are one answer, given more and less precisely. If
    several would do, the best supported one is taken.
    """
    totals = _totals(votes)
    by_name: dict[str, list[str]] = defaultdict(list)
    for value in values:
        by_name[names[value]].append(value)
    more_precise: dict[str, str] = {}
    for fine in sorted(values, key=lambda value: (totals.get(value, 0), value)):
        for name in _less_precise(names[fine]):
            more_precise |= dict.fromkeys(by_name.get(name, ()), fine)
    refined = {}
    for value in values:
        best = value
        while best in more_precise:
            best = more_precise[best]
        refined[value] = best
    return refined


def _less_precise(name: str) -> list[str]:
    """Returns less precise forms of a name: 1970-05 and 1970 of 1970-05-03, Illinois of Springfield, Illinois."""
    if _DATE.fullmatch(name):
        return [name[:end] for end in range(4, len(name), 3)]
    parts = name.split(", ")
    return [", ".join(parts[n:]) for n in range(1, len(parts))]
