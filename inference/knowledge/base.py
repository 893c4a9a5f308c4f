"""What a source of background knowledge is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A fact in words, as a model reads it.

    Attributes:
        subject: Name of the entity it is about.
        predicate: The relation in words ("chief executive officer").
        object: Name of the other entity, or a value.
    """

    subject: str
    predicate: str
    object: str


class KnowledgeBase(Protocol):
    """Answers what is known of some names.

    Every implementation keeps these promises, and the tests hold each of them to all:

    - a fact is in the answer only if one of the names is its subject or its object, whatever the case of its letters;
    - facts that join two of the names come first, then those of the first name, the second and so on in turn, so that
      one famous name does not use up the limit; within that, facts are in their own order;
    - no fact comes twice, there are `limit` of them at most, and the same question has the same answer;
    - a name that nobody knows gets no facts; it is no error.
    """

    def neighbourhood(self, names: Sequence[str], limit: int = 16) -> tuple[KnownFact, ...]:
        """Returns the facts about some names, the most telling first."""
        ...


def choose(names: Sequence[str], facts: Sequence[KnownFact], limit: int) -> tuple[KnownFact, ...]:
    """Picks the facts that a neighbourhood shows, in its order; see `KnowledgeBase`.

    Args:
        names: The names asked for.
        facts: Everything found that touches one of them; others are passed over.
        limit: Facts at most.
    """
    wanted = list(dict.fromkeys(fold(name) for name in names))
    joining: list[KnownFact] = []
    of_name: dict[str, list[KnownFact]] = {name: [] for name in wanted}
    # By a key: comparing facts themselves would take a second for a country's ten thousand.
    for fact in sorted(set(facts), key=lambda f: (f.subject, f.predicate, f.object)):
        ends = [name for name in wanted if name in {fold(fact.subject), fold(fact.object)}]
        if len(ends) > 1:
            joining.append(fact)
        elif ends:
            of_name[ends[0]].append(fact)
    turns = range(max((len(found) for found in of_name.values()), default=0))
    in_turn = [found[turn] for turn in turns for found in of_name.values() if turn < len(found)]
    return tuple((joining + in_turn)[:limit])


def fold(name: str) -> str:
    """Returns a name as it is compared: without outer and double spaces, in small letters."""
    return " ".join(name.split()).casefold()
