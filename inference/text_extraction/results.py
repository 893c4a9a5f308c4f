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

HAPPENING_OUTPUTS: Mapping[str, tuple[npt.DTypeLike, tuple[int, ...]]] = {
    "happenings": (np.int32, (5,)),
    "happening_scores": (np.float32, (2,)),
    "roles": (np.int32, (3,)),
    "role_scores": (np.float32, ()),
}
"""The further outputs of a model that knows happenings: they are asked for only where its labels list classes."""

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
    classes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    @property
    def outputs(self) -> Mapping[str, tuple[npt.DTypeLike, tuple[int, ...]]]:
        """Type and row shape of each output that the model has, apart from `labels`."""
        return {**OUTPUTS, **HAPPENING_OUTPUTS} if self.classes else OUTPUTS


@dataclass(frozen=True, slots=True)
class WindowHappening:
    """A happening of one window.

    Attributes:
        first: First word of its trigger, counted within the window.
        end: One past its last word.
        kind: Its class.
        modality: Its modality.
        score: Probability that the words are a trigger.
        class_score: Probability of the class.
        roles: (role, index into the window's mentions, score).
    """

    first: int
    end: int
    kind: str
    modality: str
    score: float
    class_score: float
    roles: list[tuple[str, int, float]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class WindowResult:
    """What was found in one window.

    Attributes:
        labels: Labels of the model that read it.
        mentions: (first word, end word exclusive, entity type, score), words counted within the window, in order.
        relations: (subject, object, relation id, score, modality); subject and object index `mentions`.
        happenings: What happens, in order.
    """

    labels: TextLabels
    mentions: list[tuple[int, int, str, float]] = field(default_factory=list)
    relations: list[tuple[int, int, str, float, str]] = field(default_factory=list)
    happenings: list[WindowHappening] = field(default_factory=list)


@lru_cache(maxsize=8)
def read_labels(text: bytes) -> TextLabels:
    """Reads the model's `labels` output.

    Raises:
        BadOutputError: It has not the form of `labels.json`.
    """
    try:
        content = json.loads(text)
        lists = tuple(content["entity_types"]), tuple(content["relations"]), str(content["version"])
        happenings = content.get("happenings", {})
        names = tuple(happenings.get("classes", ())), tuple(happenings.get("roles", ()))
        return TextLabels(*lists, tuple(content.get("modalities", ("asserted",))), *names)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadOutputError(f"output labels is not a label list: {text[:80]!r}") from error


def read_results(
    windows: Sequence[Window], outputs: _Arrays, labels: TextLabels, added: AddedRelations | None = None
) -> list[WindowResult]:
    """Returns what one request found, window by window.

    Args:
        windows: The request's windows.
        outputs: The arrays named in `OUTPUTS`, and those of `HAPPENING_OUTPUTS` if happenings were asked for.
        labels: The model's labels.
        added: The relations that the request added; their indices follow those of the model's own.

    Raises:
        BadOutputError: A shape, type or index breaks the contract.
    """
    further = HAPPENING_OUTPUTS if "happenings" in outputs else {}
    for name, (dtype, row) in (*OUTPUTS.items(), *further.items()):
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
    if further:
        _add_happenings(results, outputs, labels, local)
    return results


def _add_happenings(
    results: Sequence[WindowResult], outputs: _Arrays, labels: TextLabels, local: Sequence[int]
) -> None:
    """Checks the happenings and adds them to their windows.

    Args:
        results: The windows' results.
        outputs: The arrays.
        labels: The model's labels.
        local: Each mention's index within its window.

    Raises:
        BadOutputError: A shape, type or index breaks the contract.
    """
    happenings, roles = outputs["happenings"], outputs["roles"]
    columns = (
        ("happenings", happenings, outputs["happening_scores"].T),
        ("roles", roles, outputs["role_scores"][None]),
    )
    for name, rows, every in columns:
        for scores in every:
            if len(rows) != len(scores):
                raise BadOutputError(f"{len(rows)} {name} but {len(scores)} scores")
            _must((scores >= 0) & (scores <= 1), f"a score of {name} is outside 0 to 1")
    sizes = [
        ("class", len(labels.classes), happenings[:, 3]),
        ("modality", len(labels.modalities), happenings[:, 4]),
        ("happening", len(happenings), roles[:, 0]),
        ("mention", len(outputs["mentions"]), roles[:, 1]),
        ("role", len(labels.roles), roles[:, 2]),
    ]
    for what, size, indices in sizes:
        _must((indices >= 0) & (indices < size), f"an output on happenings names an unknown {what}")
    owner = happenings[roles[:, 0], 0]
    _must(outputs["mentions"][roles[:, 1], 0] == owner, "a role leaves its window")
    found = []
    for (window, first, end, kind, modality), (score, class_score) in zip(
        happenings.tolist(), outputs["happening_scores"].tolist(), strict=True
    ):
        both = round(score, _DECIMALS), round(class_score, _DECIMALS)
        found.append(WindowHappening(first, end, labels.classes[kind], labels.modalities[modality], *both))
        results[window].happenings.append(found[-1])
    for (happening, mention, role), score in _scored(outputs, "roles", "role_scores"):
        found[happening].roles.append((labels.roles[role], local[mention], score))


def _scored(outputs: _Arrays, rows: str, scores: str) -> Iterator[tuple[list[int], float]]:
    return zip(outputs[rows].tolist(), (round(score, _DECIMALS) for score in outputs[scores].tolist()), strict=True)


def _must(truth: npt.NDArray[np.bool_], what: str) -> None:
    if not truth.all():
        raise BadOutputError(f"{what}, in row {int(np.flatnonzero(~truth)[0])}")


def _check(windows: Sequence[Window], outputs: _Arrays, labels: TextLabels, known: int) -> None:
    mentions, relations = outputs["mentions"], outputs["relations"]
    for name, rows, scores in (
        ("mentions", mentions, outputs["mention_scores"]),
        ("relations", relations, outputs["relation_scores"]),
    ):
        if len(rows) != len(scores):
            raise BadOutputError(f"{len(rows)} {name} but {len(scores)} scores")
        # Written so that NaN fails too.
        _must((scores >= 0) & (scores <= 1), f"a score of {name} is outside 0 to 1")
        _must((rows[:, 0] >= 0) & (rows[:, 0] < len(windows)), f"{name} name an unknown window")
    window, first, end, type_ = mentions.T
    sizes = np.fromiter((w.stop - w.start for w in windows), dtype=np.int32, count=len(windows))
    _must((first >= 0) & (first < end) & (end <= sizes[window]), "a mention lies outside its window")
    _must((type_ >= 0) & (type_ < len(labels.entity_types)), "a mention has an unknown type")
    owner, subject, object_, relation = relations.T
    for pointed in (subject, object_):
        _must((pointed >= 0) & (pointed < len(mentions)), "a relation points at no mention")
        _must(window[pointed] == owner, "a relation leaves its window")
    _must((relation >= 0) & (relation < known), "a relation has an unknown id")
    if "happenings" in outputs:
        window, first, end = outputs["happenings"][:, :3].T
        _must((window >= 0) & (window < len(windows)), "happenings name an unknown window")
        _must((first >= 0) & (first < end) & (end <= sizes[window]), "a trigger lies outside its window")
    modality = outputs["relation_modalities"]
    if len(modality) != len(relations):
        raise BadOutputError(f"{len(relations)} relations but {len(modality)} modalities")
    _must((modality >= 0) & (modality < len(labels.modalities)), "a relation has an unknown modality")
