"""Happenings in real news, end to end, against what readers annotated: triggers, classes, roles, modality.

A trigger is found if it shares a word with the reader's. A role is right if its happening was found, and the role and
what plays it are the annotation's; of a happening that nobody annotated every role is wrong.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from inference.evaluation.report import Aim, Table
from inference.evaluation.text.news_scoring import entity_names, plain_name
from inference.text.types import TextExtraction, TextHappening, TextMention
from inference.training.text.annotated.reading import AnnotatedHappening, AnnotatedText
from inference.training.text.measure.scores import Tally, total
from streams.news.thresholds import Thresholds

PLACE_AND_DATE = ("where", "when")


@dataclass(slots=True)
class HappeningScore:
    """What became of the happenings of one text, or of many.

    Attributes:
        triggers: Found or not, whatever the class.
        classes: Found and of the right class; by class.
        roles: By role.
        class_roles: Roles by the happening's class.
        modality: (right, all) of the found happenings' modalities.
    """

    triggers: Tally = field(default_factory=Tally)
    classes: dict[str, Tally] = field(default_factory=dict)
    roles: dict[str, Tally] = field(default_factory=dict)
    class_roles: dict[str, Tally] = field(default_factory=dict)
    modality: tuple[int, int] = (0, 0)


def score_happenings(text: AnnotatedText, extraction: TextExtraction, least: Thresholds, to: HappeningScore) -> None:
    """Compares one text's happenings with its annotation.

    Args:
        text: The text.
        extraction: What was read in it.
        least: Least scores.
        to: What to add to.
    """
    found = [one for one in extraction.happenings if one.score >= least.happening]
    pairs = _pairs(text, found)
    golds, reads = set(pairs.values()), set(pairs)
    to.triggers += Tally(len(pairs), len(found) - len(reads), len(text.happenings) - len(golds))
    for index, one in enumerate(found):
        gold = text.happenings[pairs[index]] if index in pairs else None
        right = gold is not None and gold.kind == one.kind
        _count(to.classes, one.kind, right=right, wrong=not right)
        if gold is not None:
            if not right:
                _count(to.classes, gold.kind, missed=1)
            to.modality = to.modality[0] + (gold.modality == one.modality), to.modality[1] + 1
        _compare(text, extraction, one, gold, least=least, to=to)
    for index, gold in enumerate(text.happenings):
        if index not in golds:
            _count(to.classes, gold.kind, missed=1)
            for role, _ in gold.roles:
                _count(to.roles, role, missed=1)
                _count(to.class_roles, gold.kind, missed=1)


def _pairs(text: AnnotatedText, found: Sequence[TextHappening]) -> dict[int, int]:
    """Returns which annotated happening each found one is; of several that share words, one of the same class first."""
    body = len(text.headline) + 1
    likely = []
    for index, one in enumerate(found):
        offset = 0 if one.trigger.field == "headline" else body
        start, end = one.trigger.span.start + offset, one.trigger.span.end + offset
        for place, gold in enumerate(text.happenings):
            if gold.trigger[0] < end and start < gold.trigger[1]:
                likely.append((gold.kind != one.kind, index, place))
    pairs: dict[int, int] = {}
    for _, index, place in sorted(likely):
        if index not in pairs and place not in pairs.values():
            pairs[index] = place
    return pairs


def _compare(
    text: AnnotatedText,
    extraction: TextExtraction,
    one: TextHappening,
    gold: AnnotatedHappening | None,
    *,
    least: Thresholds,
    to: HappeningScore,
) -> None:
    wanted = list(gold.roles) if gold is not None else []
    kind = one.kind if gold is None else gold.kind
    for role in one.roles:
        if role.score < least.role:
            continue
        mention = extraction.mentions[role.mention]
        hit = next((w for w in wanted if w[0] == role.role and _is(text, w[1], mention)), None)
        if hit is not None:
            wanted.remove(hit)
        for tallies, key in ((to.roles, role.role), (to.class_roles, kind)):
            _count(tallies, key, right=hit is not None, wrong=hit is None)
    for name, _ in wanted:
        _count(to.roles, name, missed=1)
        _count(to.class_roles, kind, missed=1)


def _is(text: AnnotatedText, index: int, mention: TextMention) -> bool:
    """Returns whether a mention means an annotated entity: by its name, or by standing where the entity does."""
    entity = text.entities[index]
    if plain_name(mention.name) in entity_names(text, entity):
        return True
    offset = 0 if mention.field == "headline" else len(text.headline) + 1
    start, end = mention.span.start + offset, mention.span.end + offset
    return any(gold.start < end and start < gold.end for gold in entity.mentions)


def _count(tallies: dict[str, Tally], key: str, *, right: int = 0, wrong: int = 0, missed: int = 0) -> None:
    tally = tallies.setdefault(key, Tally())
    tally += Tally(int(right), int(wrong), int(missed))


def measured(
    texts: Sequence[AnnotatedText], extractions: Sequence[TextExtraction], least: Thresholds, log: Callable[[str], None]
) -> tuple[list[Table], list[Aim]]:
    """Returns the tables and aims of a part of the annotated news.

    Args:
        texts: The annotated texts.
        extractions: What was read in each.
        least: Least scores.
        log: Called with a line on the result.
    """
    found = HappeningScore()
    for text, extraction in zip(texts, extractions, strict=True):
        score_happenings(text, extraction, least, found)
    classes, roles = total(found.classes.values()), total(found.roles.values())
    places = total(tally for role, tally in found.roles.items() if role in PLACE_AND_DATE)
    log(f"happenings: triggers F1 {found.triggers.f1:.3f}, classes {classes.f1:.3f}, roles {roles.f1:.3f}")
    whole = (("triggers", found.triggers), ("classes", classes), ("roles", roles), ("place and date", places))
    right, all_ = found.modality
    tables = [
        _table("Happenings", "found", whole, f"The modality of {right} of {all_} found happenings is right."),
        _table("Happenings by class", "class", _most_first(found.classes)),
        _table("Roles by role", "role", _most_first(found.roles)),
        _table("Roles by class", "class", _most_first(found.class_roles)),
    ]
    aims = [
        Aim("F1 of happenings, trigger and class", classes.f1, 0.70),
        Aim("F1 of roles", roles.f1, 0.60),
        Aim("F1 of places and dates of happenings", places.f1, 0.75),
    ]
    return tables, aims


def _most_first(tallies: Mapping[str, Tally]) -> list[tuple[str, Tally]]:
    return sorted(tallies.items(), key=lambda item: (-item[1].right - item[1].missed, item[0]))


def _table(title: str, head: str, tallies: Sequence[tuple[str, Tally]], note: str = "") -> Table:
    rows = [(name, t.right + t.missed, t.right, t.wrong, t.precision, t.recall, t.f1) for name, t in tallies]
    return Table(title, (head, "in the texts", "right", "wrong", "precision", "recall", "F1"), [*rows], note)
