"""Classes of happenings that the user's ontology adds and that the model was not trained on.

The model finds what happens in such a class as a happening of its class `other`. The sentence encoder compares the
words that name it, and the words around them, with the class's name and description; see docs/ontology.md. Roles are
those that the model read for `other`, as far as the added class has them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from inference.text_extraction.added import label_text
from inference.text_extraction.results import WindowHappening, WindowResult
from inference.text_extraction.windows import Window
from topology.ontology import HappeningSpec

OTHER = "other"
"""The trained class whose happenings an added class may take over."""

AROUND = 12
"""So many words on each side of a trigger are compared with a description."""

MOST = 256
"""Most happenings of one article that are compared: as many as are published of it. The most certain go first."""

WEIGHTS = (7.8, 19.0)
"""Of the cosines between a class's description and the trigger, and between it and the words around the trigger."""

OFFSET = -9.0
"""What `triplewire evaluate classes` fits to classes that no model was trained on, with the weights."""

_DECIMALS = 4


class Vectors(Protocol):
    """The sentence encoder; `EmbeddingClient` is the real one."""

    async def vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Returns float32 [texts, width], each of length one."""

    async def close(self) -> None:
        """Closes the connection."""


class WindowText(NamedTuple):
    """A window that the model has read.

    Attributes:
        text: The text of its field.
        window: The window.
        result: What the model found in it.
    """

    text: str
    window: Window
    result: WindowResult


class AddedClasses:
    """The added classes of an ontology. For use within one event loop."""

    def __init__(self, specs: Sequence[HappeningSpec], encoder: Vectors, least: float) -> None:
        """Asks the encoder for nothing yet.

        Args:
            specs: The added classes.
            encoder: The sentence encoder.
            least: Least confidence of a happening whose class has no threshold of its own.
        """
        self._specs = tuple(specs)
        self._least = np.array([spec.least(least) for spec in specs])
        self._encoder = encoder
        self._labels: npt.NDArray[np.float32] | None = None

    async def assign(self, article: Iterable[WindowText]) -> None:
        """Gives those happenings of an article that are of an added class their class, in its windows' results.

        It can be called again after a failure. It changes only happenings that would then be published as of the added
        class: whatever is not sure enough stays what the model says.

        Args:
            article: The windows of one article.

        Raises:
            InferenceUnavailable: The sentence encoder cannot answer now.
            InferenceRejected: It refuses the request.
        """
        found = [
            (one, place)
            for one in article
            for place, happening in enumerate(one.result.happenings)
            if happening.kind == OTHER
        ]
        found.sort(key=lambda item: -_happening(*item).score)
        del found[MOST:]
        if not found:
            return
        texts = [text for one, place in found for text in compared(one.text, one.window, _happening(one, place))]
        unique = list(dict.fromkeys(texts))
        rows = {text: row for row, text in enumerate(unique)}
        vectors = (await self._encoder.vectors(unique))[[rows[text] for text in texts]]
        chances = probabilities(vectors[::2], vectors[1::2], await self._descriptions())
        for (one, place), row in zip(found, chances, strict=True):
            happening = _happening(one, place)
            best = int(row.argmax())
            chance = float(np.format_float_positional(row[best], _DECIMALS, fractional=False))
            if happening.score * chance >= self._least[best]:
                one.result.happenings[place] = replace(happening, kind=self._specs[best].id, class_score=chance)

    async def _descriptions(self) -> npt.NDArray[np.float32]:
        if self._labels is None:
            self._labels = await self._encoder.vectors([described(spec) for spec in self._specs])
        return self._labels

    async def probe(self) -> None:
        """Asks the encoder for the descriptions once more, to see that it answers.

        Raises:
            InferenceUnavailable: It does not.
            InferenceRejected: It refuses them.
        """
        self._labels = None
        await self._descriptions()

    async def close(self) -> None:
        """Closes the connection to the encoder."""
        await self._encoder.close()


def described(spec: HappeningSpec) -> str:
    """Returns what the encoder reads of a class."""
    return label_text(spec.title, spec.description)


def compared(text: str, window: Window, happening: WindowHappening) -> tuple[str, str]:
    """Returns the trigger, and the trigger with the words of its window around it.

    Args:
        text: The field's text.
        window: The window.
        happening: The happening.
    """
    last = window.stop - window.start
    start, end = window.span(happening.first, happening.end)
    left, right = window.span(max(0, happening.first - AROUND), min(last, happening.end + AROUND))
    return text[start:end], text[left:right]


def probabilities(
    triggers: npt.NDArray[np.float32], around: npt.NDArray[np.float32], descriptions: npt.NDArray[np.float32]
) -> npt.NDArray[np.float64]:
    """Returns float64 [N, C]: how likely each of N happenings of the class `other` is of each added class.

    Each class is judged by itself: adding one does not change what is found of another, unless both claim a happening.

    Args:
        triggers: float32 [N, width] the vectors of the triggers.
        around: float32 [N, width] those of the triggers with the words around them.
        descriptions: float32 [C, width] those of the classes' descriptions.
    """
    first, second = WEIGHTS
    lines = (first * triggers + second * around).astype(np.float64) @ descriptions.T.astype(np.float64) + OFFSET
    chances: npt.NDArray[np.float64] = 1 / (1 + np.exp(-lines))
    return chances


def _happening(one: WindowText, place: int) -> WindowHappening:
    return one.result.happenings[place]
