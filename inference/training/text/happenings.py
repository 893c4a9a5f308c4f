"""Triggers as a window sees them: which words name a happening, and what is learned of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from inference.training.text import tags
from inference.training.text.annotated.reading import MODALITIES
from inference.training.text.nodes import Node
from inference.training.text.outputs import Outputs
from inference.training.text.sources.passages import Passage
from topology.ontology import HAPPENING

UNKNOWN = -1
"""Class or modality of a trigger of which nobody says it, and modality of a pair without one."""

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Trigger:
    """A happening's trigger within a window.

    Attributes:
        happening: Index into the passage's happenings.
        first: Its first word.
        end: One past its last word.
    """

    happening: int
    first: int
    end: int


class TriggerFinder:
    """Marks the triggers of windows."""

    def __init__(self, outputs: Outputs) -> None:
        self._outputs = outputs
        self._row = np.array([name == HAPPENING for name in outputs.types], np.float32)

    def find(
        self, passage: Passage, starts: Sequence[int], ends: Sequence[int], named: Iterable[tuple[int, int]]
    ) -> list[Trigger]:
        """Returns the triggers of a window.

        Names win: a word has one tag, and a name is of use to many facts. So of a trigger with a name in it ("cholera
        outbreak") only the first words in a row that name nothing else count; a trigger that is a name, or lies within
        one, is not learned, and neither is the second of two that share words.

        Args:
            passage: The passage.
            starts: First character of each word of the window.
            ends: One past the last character of each.
            named: (first word, end word) of the names in the window.
        """
        if not self._outputs.classes:
            return []
        taken = {word for first, end in named for word in range(first, end)}
        found: list[Trigger] = []
        for index, happening in enumerate(passage.happenings):
            a, b = happening.trigger
            inside = [i for i, (start, end) in enumerate(zip(starts, ends, strict=True)) if start < b and a < end]
            free = [i for i in inside if i not in taken]
            if free:
                length = next((n for n, (i, j) in enumerate(pairwise(free), 1) if j != i + 1), len(free))
                found.append(Trigger(index, free[0], free[0] + length))
                taken.update(range(free[0], free[0] + length))
        return found

    def tag(self, triggers: Sequence[Trigger], allowed: Bools) -> None:
        """Writes the triggers into the allowed tags [n, T] of a window."""
        for trigger in triggers:
            for word in range(trigger.first, trigger.end):
                allowed[word] = tags.span(self._outputs.types, (HAPPENING,), first=word == trigger.first)

    def nodes(self, passage: Passage, triggers: Sequence[Trigger]) -> tuple[Node, ...]:
        """Returns each trigger as a node; each is an entity of its own, after those of the passage."""
        beyond = len(passage.entities)
        return tuple(Node(((t.first, t.end),), self._row, beyond + t.happening) for t in triggers)

    def targets(self, passage: Passage, triggers: Sequence[Trigger]) -> npt.NDArray[np.int64]:
        """Returns int64 [H, 4]: first and last word, class and modality of each trigger; `UNKNOWN` if nobody says."""
        classes = self._outputs.classes
        rows = []
        for trigger in triggers:
            gold = passage.happenings[trigger.happening]
            kind = classes.index(gold.kind) if gold.kind in classes else UNKNOWN
            modality = MODALITIES.index(gold.modality) if gold.modality else UNKNOWN
            rows.append((trigger.first, trigger.end - 1, kind, modality))
        return np.array(rows, np.int64).reshape(-1, 4)
