"""The text model's output tensors, checked and split by window."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from inference.text_extraction.added import AddedRelations
from inference.text_extraction.windows import Window

OUTPUTS: Mapping[str, tuple[npt.DTypeLike, tuple[int, ...]]] = {
    "mentions": (np.int32, (4,)),
    "mention_scores": (np.float32, ()),
    "relations": (np.int32, (4,)),
    "relation_scores": (np.float32, ()),
    "relation_modalities": (np.int32, ()),
}
"""Type and row shape of each output, apart from `labels`, which is one string."""

_Arrays = Mapping[str, npt.NDArray[Any]]

_DECIMALS = 4
"""Meaningful digits of a score; more would only lengthen every message."""


class BadOutputError(ValueError):
    """The outputs break the model's contract; the message says how."""


@dataclass(frozen=True, slots=True)
class TextLabels:
    """The lists that the model's indices point into, and the model's version."""

    entity_types: tuple[str, ...]
    relations: tuple[str, ...]
    version: str
    modalities: tuple[str, ...] = ("asserted",)


@dataclass(frozen=True, slots=True)
class WindowResult:
    """What was found in one window.

    Attributes:
        labels: Labels of the model that read it.
        mentions: (first word, end word exclusive, entity type, score), words counted within the window, in order.
        relations: (subject, object, relation id, score, modality); subject and object index `mentions`.
    """

    labels: TextLabels
    mentions: list[tuple[int, int, str, float]] = field(default_factory=list)
    relations: list[tuple[int, int, str, float, str]] = field(default_factory=list)


@lru_cache(maxsize=8)
def read_labels(text: bytes) -> TextLabels:
    """Reads the model's `labels` output.

    Raises:
        BadOutputError: It has not the form of `labels.json`.
    """
    try:
        content = json.loads(text)
        lists = tuple(content["entity_types"]), tuple(content["relations"]), str(content["version"])
        return TextLabels(*lists, tuple(content.get("modalities", ("asserted",))))
    except (ValueError, KeyError, TypeError) as error:
        raise BadOutputError(f"output labels is not a label list: {text[:80]!r}") from error


def read_results(
    windows: Sequence[Window], outputs: _Arrays, labels: TextLabels, added: AddedRelations | None = None
) -> list[WindowResult]:
    """Returns what one request found, window by window.

    Args:
        windows: The request's windows.
        outputs: The arrays named in `OUTPUTS`.
        labels: The model's labels.
        added: The relations that the request added; their indices follow those of the model's own.

    Raises:
        BadOutputError: A shape, type or index breaks the contract.
    """
    for name, (dtype, row) in OUTPUTS.items():
        array = outputs[name]
        if array.dtype != dtype or array.shape[1:] != row or not array.ndim:
            raise BadOutputError(f"output {name} is {array.dtype}{list(array.shape)}")
    own = len(labels.relations)
    relations = (*labels.relations, *(added.ids if added else ()))
    _check(windows, outputs, labels, len(relations))
    modalities = [labels.modalities[index] for index in outputs["relation_modalities"].tolist()]
    results = [WindowResult(labels) for _ in windows]
    local = []  # each mention's index within its window
    for (window, first, end, type_), score in _scored(outputs, "mentions", "mention_scores"):
        found = results[window].mentions
        local.append(len(found))
        found.append((first, end, labels.entity_types[type_], score))
    rows = zip(_scored(outputs, "relations", "relation_scores"), modalities, strict=True)
    for ((window, subject, object_, relation), score), modality in rows:
        if relation < own or (added and score >= added.least[relation - own]):
            results[window].relations.append((local[subject], local[object_], relations[relation], score, modality))
    return results


def _scored(outputs: _Arrays, rows: str, scores: str) -> Iterator[tuple[list[int], float]]:
    return zip(outputs[rows].tolist(), (round(score, _DECIMALS) for score in outputs[scores].tolist()), strict=True)


def _check(windows: Sequence[Window], outputs: _Arrays, labels: TextLabels, known: int) -> None:
    def must(truth: npt.NDArray[np.bool_], what: str) -> None:
        if not truth.all():
            raise BadOutputError(f"{what}, in row {int(np.flatnonzero(~truth)[0])}")

    mentions, relations = outputs["mentions"], outputs["relations"]
    for name, rows, scores in (
        ("mentions", mentions, outputs["mention_scores"]),
        ("relations", relations, outputs["relation_scores"]),
    ):
        if len(rows) != len(scores):
            raise BadOutputError(f"{len(rows)} {name} but {len(scores)} scores")
        # Written so that NaN fails too.
        must((scores >= 0) & (scores <= 1), f"a score of {name} is outside 0 to 1")
        must((rows[:, 0] >= 0) & (rows[:, 0] < len(windows)), f"{name} name an unknown window")
    window, first, end, type_ = mentions.T
    sizes = np.fromiter((w.stop - w.start for w in windows), dtype=np.int32, count=len(windows))
    must((first >= 0) & (first < end) & (end <= sizes[window]), "a mention lies outside its window")
    must((type_ >= 0) & (type_ < len(labels.entity_types)), "a mention has an unknown type")
    owner, subject, object_, relation = relations.T
    for pointed in (subject, object_):
        must((pointed >= 0) & (pointed < len(mentions)), "a relation points at no mention")
        must(window[pointed] == owner, "a relation leaves its window")
    must((relation >= 0) & (relation < known), "a relation has an unknown id")
    modality = outputs["relation_modalities"]
    if len(modality) != len(relations):
        raise BadOutputError(f"{len(relations)} relations but {len(modality)} modalities")
    must((modality >= 0) & (modality < len(labels.modalities)), "a relation has an unknown modality")
