"""The interface of background knowledge."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A background fact in words, as a model reads it.

    Attributes:
        subject: Name of the entity it is about.
        predicate: The relation in words ("chief executive officer").
        object: Name of the other entity, or a value.
    """

    subject: str
    predicate: str
    object: str


class KnowledgeBase(Protocol):
    """Returns what is known about names.

    Every implementation keeps these promises, and tests check each of them:

    - a fact is in the answer only if one of the names is its subject or its object, ignoring case;
    - facts that link two of the names come first, then one fact of each name in turn, so that a famous name does not
    use
      up the limit; otherwise facts are sorted by their words;
    - no fact comes twice, there are at most `limit`, and the same question always has the same answer;
    - an unknown name has no facts, which is not an error.
    """

    def neighbourhood(self, names: Sequence[str], limit: int = 16) -> tuple[KnownFact, ...]:
        """Returns the facts about some names, the most relevant first."""
        ...


def choose(names: Sequence[str], facts: Sequence[KnownFact], limit: int) -> tuple[KnownFact, ...]:
    """Selects and orders the facts of a neighbourhood as `KnowledgeBase` promises.

    Args:
        names: The names asked for.
        facts: The facts found; those about none of the names are ignored.
        limit: Most facts.
    """
    wanted = list(dict.fromkeys(fold(name) for name in names))
    joining: list[KnownFact] = []
    of_name: dict[str, list[KnownFact]] = {name: [] for name in wanted}
    # With a key: comparing the facts themselves takes a second for the ten thousand of a country.
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
    """Returns a name in the form that is compared: single spaces, case folded."""
    return " ".join(name.split()).casefold()
