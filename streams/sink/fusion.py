"""Which of several objects holds, and when, where the ontology says that one holds: contradictions resolved in time.

Every article that states a fact is a vote at the time it was published. Of all successions of holders the one is chosen
that costs least: each vote against the holder of its time costs its confidence, each change of holder costs `SUPPORT`,
less after a silence. So a newcomer closes the old fact once enough speaks for it, and not before; one stray mention of
a former holder changes nothing. It is the Viterbi path of a hidden Markov model with one state a holder (Rabiner 1989,
"A tutorial on hidden Markov models", section III.B), and a pure function of the evidence: neither the order of arrival
nor a crash can show in it.

Weights are thousandths and times milliseconds, so that sums do not depend on their order.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from operator import itemgetter

SUPPORT = 1500
"""What a change of holder must have for it within a day: two articles of .75 each. docs/evaluation/fusion.md has the
choice."""

FADING = 150
"""How much less it must have each time the silence before it is twice as long: 750 after a month, one good article."""

ABLE = 50
"""Objects looked at, best supported first: bounds the work where a model names everybody."""

DAY = 86_400_000
"""Milliseconds."""

_DATE = re.compile(r"\d{4}(-\d{2}){1,2}")

CURRENT, CLOSED, DISPUTED, CONTRADICTED = "current", "closed", "disputed", "contradicted"


@dataclass(frozen=True, slots=True, order=True)
class Vote:
    """What one article says of one fact.

    Attributes:
        at: When; milliseconds since 1970.
        value: The fact's object, under its canonical identity.
        fact: The fact's id.
        weight: Its confidence in thousandths.
        past: Whether it speaks of a former holder: a vote that the object does not hold any more.
    """

    at: int
    value: str
    fact: str
    weight: int
    past: bool = False


@dataclass(frozen=True, slots=True)
class Reign:
    """A time for which an object holds; None for a time at which none of the known ones does.

    Attributes:
        since: Of the first vote for it.
        until: Of the first word that it was over, or the first vote for what follows; None if nothing does.
    """

    value: str | None
    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a fact.

    Attributes:
        standing: `current`; `closed`, it held until `until`; `disputed`, too little speaks for it; `contradicted`,
            another holds for ever.
        since: Since when it held, the last time.
        until: Since when it does not.
        by: The fact that closed or contradicted it, if one did.
        before: Beginnings and ends of the times it held before, in turn.
    """

    standing: str
    since: int | None = None
    until: int | None = None
    by: str | None = None
    before: tuple[int, ...] = ()


def verdicts(votes: Iterable[Vote], *, lasting: bool, names: Mapping[str, str]) -> dict[str, Verdict]:
    """Judges the facts of one subject and one relation.

    Args:
        votes: All that speaks for them.
        lasting: Whether the object holds for ever.
        names: What each object is called, by value: "May 1970" does not contradict "3 May 1970".

    Returns:
        A verdict by fact id; none for facts that nothing contradicts.
    """
    votes = sorted(votes)
    finer = _refined({v.value for v in votes}, votes, names)
    votes = [Vote(v.at, finer[v.value], v.fact, v.weight, v.past) for v in votes]
    values = {v.value for v in votes}
    if len(values) < 2 and (lasting or not any(v.past for v in votes)):  # noqa: PLR2004 - a contradiction takes two
        return {}
    judged = _for_ever(votes) if lasting else _in_turn(votes)
    return {vote.fact: judged[vote.value] for vote in votes}


def reigns(votes: Sequence[Vote], support: int = SUPPORT, fading: int = FADING) -> list[Reign]:
    """Returns who held when, in order of time.

    Args:
        votes: For the objects of one subject and relation, in order of time.
        support: What a change must have for it.
        fading: How much less after twice the silence.
    """
    states: list[str | None] = list(islice(_totals(votes), ABLE))
    if any(vote.past for vote in votes):
        states.append(None)
    found: list[Reign] = []
    for state, stretch in groupby(
        zip(_cheapest(votes, states, support, fading), votes, strict=True), key=itemgetter(0)
    ):
        some = [vote for _, vote in stretch]
        holder, backing = state, [vote.at for vote in some if vote.value == state and not vote.past]
        if not backing:
            # Nobody speaks for a holder here, but somebody says whose time is over.
            holder, backing = None, [vote.at for vote in some if vote.past]
        if backing and (not found or found[-1].value != holder):
            if found:
                ended = [vote.at for vote in some if vote.past and vote.value == found[-1].value]
                found[-1] = Reign(found[-1].value, found[-1].since, min([*ended[:1], backing[0]]))
            found.append(Reign(holder, backing[0]))
    return found


def _cheapest(votes: Sequence[Vote], states: Sequence[str | None], support: int, fading: int) -> list[str | None]:
    """Returns the holder at each vote on the cheapest path; of equals the one that changes last and least."""
    cost = [0] * len(states)
    came: list[list[int]] = []
    for n, vote in enumerate(votes):
        best = min(range(len(states)), key=cost.__getitem__)
        back = list(range(len(states)))
        # Within one moment nobody succeeds anybody: the votes of a moment have no order.
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


def _in_turn(votes: Sequence[Vote]) -> dict[str, Verdict]:
    chain = reigns(votes)
    leads = _leads(votes)
    judged = {}
    for value in {vote.value for vote in votes}:
        held = [(n, reign) for n, reign in enumerate(chain) if reign.value == value]
        if not held:
            past = [vote.at for vote in votes if vote.value == value and vote.past]
            only = len(past) == sum(vote.value == value for vote in votes)
            judged[value] = Verdict(CLOSED, until=past[0]) if only else Verdict(DISPUTED)
            continue
        n, last = held[-1]
        follower = chain[n + 1].value if n + 1 < len(chain) else None
        judged[value] = Verdict(
            CURRENT if last.until is None else CLOSED,
            since=last.since,
            until=last.until,
            by=leads[follower] if follower is not None else None,
            before=tuple(t for _, r in held[:-1] for t in (r.since, r.until or r.since)),
        )
    return judged


def _for_ever(votes: Sequence[Vote]) -> dict[str, Verdict]:
    totals = _totals([Vote(v.at, v.value, v.fact, v.weight) for v in votes])
    leads = _leads(votes)
    best, *others = totals
    judged = {best: Verdict(CURRENT, since=min(v.at for v in votes if v.value == best))}
    for value in others:
        beaten = totals[best] - totals[value] >= SUPPORT
        judged[value] = Verdict(CONTRADICTED, by=leads[best]) if beaten else Verdict(DISPUTED)
    return judged


def _totals(votes: Sequence[Vote]) -> dict[str, int]:
    """Returns what speaks for each object, best first; of equals the one that was named first."""
    first: dict[str, int] = {}
    totals: dict[str, int] = defaultdict(int)
    for vote in votes:
        if not vote.past:
            first.setdefault(vote.value, vote.at)
            totals[vote.value] += vote.weight
    return {value: totals[value] for value in sorted(totals, key=lambda v: (-totals[v], first[v], v))}


def _leads(votes: Sequence[Vote]) -> dict[str, str]:
    """Returns for each object the fact that says so best: an object of several names has several facts."""
    weights: dict[tuple[str, str], int] = defaultdict(int)
    for vote in votes:
        weights[vote.value, vote.fact] += 0 if vote.past else vote.weight
    return {value: fact for (value, fact), _ in sorted(weights.items(), key=lambda item: (item[1], item[0]))}


def _refined(values: set[str], votes: Sequence[Vote], names: Mapping[str, str]) -> dict[str, str]:
    """Returns each object or else the finest one that it leaves open, the best supported if there are several."""
    totals = _totals(votes)
    called: dict[str, list[str]] = defaultdict(list)
    for value in values:
        called[names[value]].append(value)
    finer: dict[str, str] = {}
    for fine in sorted(values, key=lambda value: (totals.get(value, 0), value)):
        for name in _coarser(names[fine]):
            finer |= dict.fromkeys(called.get(name, ()), fine)
    refined = {}
    for value in values:
        best = value
        while best in finer:
            best = finer[best]
        refined[value] = best
    return refined


def _coarser(name: str) -> list[str]:
    """Returns what says the same less exactly: 1970-05 and 1970 of 1970-05-03, Illinois of Springfield, Illinois."""
    if _DATE.fullmatch(name):
        return [name[:end] for end in range(4, len(name), 3)]
    parts = name.split(", ")
    return [", ".join(parts[n:]) for n in range(1, len(parts))]
