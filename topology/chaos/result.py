"""What a chaos run found."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from topology.chaos.audit import Audit
from topology.chaos.plan import Blow


@dataclass(frozen=True, slots=True)
class Struck:
    """A blow and what came of it.

    Attributes:
        blow: The blow.
        hit: Whether there was something to strike.
        in_midstream: Whether some of the slice was still unread or not yet in the graph when the blow fell; None in a
            barrage, where nobody could be asked.
        held: Seconds that the disturbance itself took.
        recovery: Seconds from its end until an article published then, and all before it, had been committed by
            news, entities and sink; None if the next blow fell before.
        barrage: How many blows the stream recovered from together; 1 for this one.
    """

    blow: Blow
    hit: bool
    in_midstream: bool | None
    held: float
    recovery: float | None
    barrage: int = 1


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of the feed through a stack.

    Attributes:
        struck: The blows; empty for the undisturbed run.
        calm: Seconds until an article arrived while nothing was struck.
        graph: The snapshot of the graph.
        audit: What the topics say.
        poison: Unreadable records that were published.
        seconds: How long the run took.
    """

    struck: list[Struck]
    calm: list[float]
    graph: list[str]
    audit: Audit
    poison: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """The comparison of a disturbed run with an undisturbed one.

    Attributes:
        lost: Nodes and relationships of the undisturbed graph that the disturbed one lacks or has with other values,
            and bad records without a dead letter.
        double: Nodes and relationships that the disturbed graph has beyond those, and good records among the dead
            letters.
        out_of_order: Articles whose versions were published in another order than they came in.
        examples: A few of the differences, for people.
    """

    lost: int
    double: int
    out_of_order: int
    examples: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, double or out of order."""
        return not (self.lost or self.double or self.out_of_order)


EXAMPLES = 10


def compare(undisturbed: Ran, disturbed: Ran) -> Verdict:
    """Compares the graphs line by line, and both runs' dead letters with what was published."""
    before, after = Counter(undisturbed.graph), Counter(disturbed.graph)
    missing, added = list((before - after).elements()), list((after - before).elements())
    letters = [len(run.audit.letters) - run.poison for run in (undisturbed, disturbed)]
    examples = [
        *(f"missing: {line}" for line in missing[:EXAMPLES]),
        *(f"added: {line}" for line in added[:EXAMPLES]),
        *(f"out of order: {id_}" for id_ in disturbed.audit.out_of_order[:EXAMPLES]),
        *(f"{count:+} dead letters" for count in letters if count),
    ]
    return Verdict(
        lost=len(missing) + sum(max(0, -count) for count in letters),
        double=len(added) + sum(max(0, count) for count in letters),
        out_of_order=len(undisturbed.audit.out_of_order) + len(disturbed.audit.out_of_order),
        examples=examples,
    )


@dataclass(frozen=True, slots=True)
class Trial:
    """Both runs of a feed and their comparison, without the graphs: what is kept in chaos.json.

    Attributes:
        machine: The machine.
        conditions: Command, feeds and the like.
        verdict: The comparison.
        struck: The blows.
        calm: Seconds until an article arrived while nothing was struck.
        seconds: How long the undisturbed and the disturbed run took.
        articles: Versions of articles and retractions, in the disturbed run.
        documents: Documents made of them, repeats included.
        poison: Unreadable records that were published.
        letters: Different records in the dead letters.
        repeated_letters: Letters beyond the first of each record.
        lines: Nodes and relationships of the graph.
    """

    machine: dict[str, str]
    conditions: dict[str, str | int]
    verdict: Verdict
    struck: list[Struck]
    calm: list[float]
    seconds: tuple[float, float]
    articles: int
    documents: int
    poison: int
    letters: int
    repeated_letters: int
    lines: int

    @classmethod
    def of(cls, undisturbed: Ran, disturbed: Ran, machine: dict[str, str], conditions: dict[str, str | int]) -> "Trial":
        """Returns the trial that two runs make."""
        return cls(
            machine,
            conditions,
            verdict=compare(undisturbed, disturbed),
            struck=disturbed.struck,
            calm=undisturbed.calm,
            seconds=(undisturbed.seconds, disturbed.seconds),
            articles=disturbed.audit.articles,
            documents=disturbed.audit.documents,
            poison=disturbed.poison,
            letters=len(disturbed.audit.letters),
            repeated_letters=disturbed.audit.repeated_letters,
            lines=len(disturbed.graph),
        )


def recoveries(struck: Sequence[Struck]) -> dict[str, list[float]]:
    """Returns the seconds of recovery by component and kind of blow; from barrages, by their size."""
    found: dict[str, list[float]] = {}
    for one in struck:
        if one.recovery is not None and (one.hit or one.barrage > 1):
            name = one.blow.name if one.barrage == 1 else f"barrage of {one.barrage}"
            found.setdefault(name, []).append(one.recovery)
    return dict(sorted(found.items()))
