"""Who held an office at a time: contradictions resolved in generated successions whose truth is known.

Run by `triplewire evaluate fusion`. Fusion is compared with what a graph without it could answer: the holder named
last, and the holder named most often.
"""

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

from inference.evaluation.report import Aim, Context, Plot, Report, Table
from streams.sink.judging.fusion import DAY, FADING, SUPPORT, Vote, tenures

DAYS = 540
NOISE = (0.0, 0.1, 0.2, 0.3, 0.4)
SUPPORTS = (1000, 1500, 2000)
FADINGS = (0, 75, 150, 225)
ASKED = 10
"""Moments at which each office is asked for."""

PRICE = """A rule that waits for a second article is late by one after a change: that is the price of not following
every mistake. Without wrong articles the latest mention is the better rule."""
INDEPENDENT = """The articles' mistakes are independent here. A mistake that a model makes again and again, or a rumour
that many publishers report in their own words, is not corrected by counting."""


@dataclass(frozen=True, slots=True)
class Office:
    """An office, who held it from which day on, and what the news reported."""

    begins: tuple[float, ...]
    holders: tuple[str, ...]
    votes: tuple[Vote, ...]

    def truth(self, day: float) -> str:
        """Returns who holds it on a day."""
        return self.holders[bisect_right(self.begins, day) - 1]


def made_up(draw: random.Random, noise: float) -> Office:
    """Returns an office of a year and a half.

    Changes come at random, three in two years; so do articles, between one in two months and one in two days. An
    article is wrong with probability `noise`: two of three times it names a former holder, else anybody, with the lower
    confidence of a wrong extraction.
    """
    begins, day = [0.0], draw.expovariate(3 / 730)
    while day < DAYS:
        begins.append(day)
        day += draw.expovariate(3 / 730)
    holders = [f"holder {n}" for n in range(len(begins))]
    if len(holders) > 2 and draw.random() < 0.3:  # noqa: PLR2004 - somebody comes back
        holders[2] = holders[0]
    rate = 1 / draw.uniform(2, 60)
    office = Office(tuple(begins), tuple(holders), ())
    votes, day = [], draw.expovariate(rate)
    while day < DAYS:
        right = office.truth(day)
        former = sorted(set(holders[: bisect_right(begins, day)]) - {right})
        if draw.random() >= noise:
            name, confidence = right, draw.betavariate(8, 2)
        elif former and draw.random() < 2 / 3:
            name, confidence = draw.choice(former), draw.betavariate(5, 3)
        else:
            name, confidence = f"somebody {draw.randrange(20)}", draw.betavariate(4, 3)
        votes.append(Vote(round(day * DAY), name, name, round(1000 * confidence)))
        day += draw.expovariate(rate)
    return Office(tuple(begins), tuple(holders), tuple(votes))


def latest(votes: Sequence[Vote], at: float) -> str:
    """Returns who was named last before the moment."""
    return max((v for v in votes if v.at <= at), key=lambda v: v.at).value


def majority(votes: Sequence[Vote], at: float, days: float = DAYS) -> str:
    """Returns who was named most in so many days before the moment, or last if nobody was."""
    recent = Counter(v.value for v in votes if at - DAY * days <= v.at <= at)
    return max(sorted(recent), key=lambda name: recent[name]) if recent else latest(votes, at)


def fused(votes: Sequence[Vote], at: float, support: int = SUPPORT, fading: int = FADING) -> str:
    """Whoever holds in the graph."""
    chain = tenures(votes, support, fading)
    held = [tenure for tenure in chain if tenure.since <= at] or chain[:1]
    return str(held[-1].value)


RULES: dict[str, Callable[[Sequence[Vote], float], str]] = {
    "latest mention": latest,
    "majority": majority,
    "majority of 90 days": partial(majority, days=90),
    "fusion": fused,
}


def accuracy(
    rule: Callable[[Sequence[Vote], float], str], offices: Sequence[Office], seed: int, *, live: bool
) -> tuple[float, int]:
    """Returns how often a rule is right at random moments after the first article, and how many were asked.

    Args:
        rule: Of `RULES`.
        offices: What to ask.
        seed: Of the moments.
        live: Whether only articles up to the moment are known; else all of them.
    """
    draw = random.Random(seed)  # noqa: S311 - a simulation
    right = asked = 0
    for office in offices:
        if not office.votes:
            continue
        for _ in range(ASKED):
            at = draw.uniform(office.votes[0].at, DAY * DAYS)
            known = [v for v in office.votes if v.at <= at] if live else office.votes
            right += rule(known, at) == office.truth(at / DAY)
            asked += 1
    return right / asked, asked


def evaluate(context: Context) -> Report:
    """Measures fusion and the simpler rules."""
    many = 10 if context.quick else 200
    by_noise: dict[bool, list[tuple[float, dict[str, float]]]] = {True: [], False: []}
    asked = 0
    for noise in NOISE:
        context.log(f"{many} offices, {noise:.0%} noise")
        draw = random.Random(f"{context.seed} {noise}")  # noqa: S311 - a simulation
        offices = [made_up(draw, noise) for _ in range(many)]
        for live, rows in by_noise.items():
            found = {name: accuracy(rule, offices, context.seed, live=live) for name, rule in RULES.items()}
            rows.append((noise, {name: right for name, (right, _) in found.items()}))
            asked = max(asked, *(n for _, n in found.values()))
    draw = random.Random(f"{context.seed} choice")  # noqa: S311 - a simulation
    choice = [made_up(draw, 0.2) for _ in range(many // 2)]
    sweep: list[tuple[int, int, float, float]] = []
    for support, fading in product(SUPPORTS, FADINGS):
        rule = partial(fused, support=support, fading=fading)
        now, later = (accuracy(rule, choice, context.seed, live=live)[0] for live in (True, False))
        sweep.append((support, fading, now, later))
    names = tuple(RULES)
    tables = [
        Table(
            f"Right answers, {what}",
            ("wrong articles", *names),
            [(f"{noise:.0%}", *(right[name] for name in names)) for noise, right in by_noise[live]],
        )
        for live, what in ((True, "asked at that moment"), (False, "asked afterwards, all articles known"))
    ]
    tables.append(
        Table(
            "What a change of holder needs (offices of another draw, 20 % wrong articles)",
            ("support", "fading", "asked at that moment", "asked afterwards"),
            list(sweep),
            f"In thousandths of an article. `streams/sink/judging/fusion.py` has {SUPPORT} and {FADING}.",
        )
    )
    fifth = dict(by_noise[True])[0.2]
    return Report(
        title="Fusion: who holds the office?",
        about=f"{many} generated offices a row, a year and a half each, with successions, returns and articles that "
        f"are wrong with a known probability; each office is asked {ASKED} times at random moments.",
        sources=("generated by `inference/evaluation/graph/fusion.py`; no data is read",),
        tables=tables,
        aims=[
            Aim(
                "fusion less the best other rule, 20 % wrong articles, asked at that moment",
                fifth["fusion"] - max(right for name, right in fifth.items() if name != "fusion"),
                0.0,
            ),
        ],
        plots=[
            Plot(
                "noise", "Right answers at that moment, by the share of wrong articles.", partial(_draw, by_noise[True])
            )
        ],
        notes=[PRICE, INDEPENDENT],
    )


def _draw(rows: Sequence[tuple[float, dict[str, float]]], axes: Any) -> None:
    for name in RULES:
        axes.plot([noise for noise, _ in rows], [right[name] for _, right in rows], marker="o", label=name)
    axes.set_xlabel("share of wrong articles")
    axes.set_ylabel("right answers")
    axes.legend()
