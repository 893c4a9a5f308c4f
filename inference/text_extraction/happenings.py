"""What happens in an article: from the model's triggers and roles to happenings with speakers, dates and numbers.

Triggers are no names: they are kept apart from the article's mentions, which everything else counts and relates.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from inference.text.budget import charge
from inference.text.modality.speakers import speaker_of
from inference.text.names.canonical import LONGEST_NAME, canonical_name
from inference.text.same_happening import joined
from inference.text.statements.openings import tells_of_kin
from inference.text.types import Span, TextDocument, TextHappening, TextMention, TextRole
from inference.text.values.dates import find_dates
from inference.text.values.found import FoundValue, without_overlaps
from inference.text.values.quantities import find_quantities
from inference.text_extraction.fields import SplitField
from inference.text_extraction.modality import candidates_in, candidates_of
from inference.text_extraction.results import WindowHappening
from inference.text_extraction.windows import Window
from topology.ontology import HAPPENING, NUMBER, HappeningSpec, Ontology

_UNITS = 400
"""Units of work that looking for the speaker of a happening costs."""

_DATE = "date"
_VALUES = frozenset({_DATE, NUMBER})
_COUNTED = ("people", "person")
"""What a bare number counts: people are killed and injured."""
_COUNTS = frozenset({"killed", "injured"})
_PEOPLE = "people"
_SINCE = re.compile(r"\bsince (the |early |late |mid-)?$", re.IGNORECASE)
"""Before a date with which something is compared, or began: "the first eruption since 1983"."""

_EITHER = re.compile(r"[\"'“‘(\s]*(?:He|She|His|Her)\b")  # noqa: RUF001
"""Opens a sentence about somebody of the one before."""

_BEFORE = 20
"""So many characters before a date are looked at."""

_MORE = frozenset({"other", "others", "more"})
"""Nouns of people who were counted before: "killing 12 and injuring 30 others"."""


class ReportedHappening(NamedTuple):
    """A happening as the model reports it.

    Attributes:
        field: The field that it stands in.
        window: The window that it stands in.
        numbers: For each mention of the window, its index among the article's.
        found: What the model says of it.
    """

    field: SplitField
    window: Window
    numbers: Sequence[int]
    found: WindowHappening


def happenings_of(
    reported: Sequence[ReportedHappening],
    places: Sequence[int | None],
    mentions: Sequence[TextMention],
    document: TextDocument,
    ontology: Ontology,
) -> tuple[TextHappening, ...]:
    """Returns an article's happenings in reading order, of the classes and roles that the ontology has.

    Args:
        reported: What the model reports.
        places: For each mention that the model reports, its index in `mentions`; None if it has no name.
        mentions: The article's mentions.
        document: The article's text, as it was read, and its day of publication.
        ontology: Classes and roles.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    if not reported:
        return ()
    quoted = candidates_in(mentions)
    values = _Values(document)
    people = _People(mentions)
    happenings = []
    for one in reported:
        spec = ontology.happening_by_id.get(one.found.kind)
        if spec is None:
            continue
        charge(_UNITS + 20 * len(one.found.roles), "reading happenings")
        start, end = one.window.span(one.found.first, one.found.end)
        trigger = _mention(one, Span(start, end))
        sentence = one.field.sentence(trigger.span, trigger.span)
        if sentence is None:
            continue
        roles = [
            TextRole(role.role, role.mention, role.score, sentence=where)
            for role in _roles(one, spec, places, mentions)
            if (where := one.field.sentence(trigger.span, mentions[role.mention].span))
            and not people.may_be_another(mentions[role.mention], trigger, one.field)
        ]
        # Who does it is not quoted about it, unless to deny it.
        agents = frozenset(mentions[role.mention].name for role in roles if role.role == "who")
        speaker = speaker_of(one.field.text, sentence, candidates_of(quoted[one.field.name], sentence), agents)
        happenings.append(
            TextHappening(
                one.found.kind,
                trigger,
                sentence,
                one.found.class_score,
                one.found.modality,
                speaker,
                tuple(values.of(role, mentions[role.mention], one.field) for role in roles),
            )
        )
    return joined(happenings, mentions)


def _mention(one: ReportedHappening, span: Span) -> TextMention:
    text = one.field.text[span.start : span.end]
    name = canonical_name(text[:LONGEST_NAME])
    return TextMention(one.field.name, span, text, HAPPENING, name, one.found.score, name)


def _roles(
    one: ReportedHappening, spec: HappeningSpec, places: Sequence[int | None], mentions: Sequence[TextMention]
) -> list[TextRole]:
    """Returns what plays a part, each entity once in a role: where it is likeliest."""
    best: dict[tuple[str, str, str], TextRole] = {}
    for name, index, score in one.found.roles:
        place, role = places[one.numbers[index]], spec.by_role.get(name)
        if place is None or role is None or mentions[place].type not in role.types:
            continue
        if name == "when" and _only_since(mentions[place], one.field.text):
            continue
        key = name, mentions[place].type, mentions[place].name
        if key not in best or best[key].score < score:
            best[key] = TextRole(name, place, score)
    return sorted(best.values(), key=lambda role: (role.mention, role.role))


def _only_since(mention: TextMention, text: str) -> bool:
    """Returns whether words say that something is so since this date, and not that something happened on it."""
    start = mention.span.start
    return _SINCE.search(text, max(0, start - _BEFORE), start) is not None


class _People:
    """The people of each sentence of an article."""

    def __init__(self, mentions: Sequence[TextMention]) -> None:
        self._mentions = [mention for mention in mentions if mention.type == "person"]
        self._names: dict[str, dict[int, set[str]]] = {}

    def may_be_another(self, person: TextMention, trigger: TextMention, field: SplitField) -> bool:
        """Returns whether only "he" or "she" ties a person to a happening, and may mean somebody else.

        The sentence before names another as well, or this one is about his kin: "Her husband bought the club."
        """
        if person.type != "person":
            return False
        sentence = field.sentence_at(trigger.span.start)
        if field.sentence_at(person.span.start) != sentence - 1:
            return False
        if field.name not in self._names:
            names = self._names[field.name] = {}
            for one in self._mentions:
                if one.field == field.name:
                    names.setdefault(field.sentence_at(one.span.start), set()).add(one.name)
        start, end = field.sentences[sentence]
        if tells_of_kin(field.text, start, end):
            return True
        return (
            len(self._names[field.name].get(sentence - 1, ())) > 1 and _EITHER.match(field.text, start, end) is not None
        )


class _Values:
    """The dates and numbers of the sentences of an article; each sentence is looked at once."""

    def __init__(self, document: TextDocument) -> None:
        self._finders = (partial(find_dates, anchor=document.published_at), find_quantities)
        self._found: dict[tuple[str, Span], list[FoundValue]] = {}

    def of(self, role: TextRole, mention: TextMention, field: SplitField) -> TextRole:
        """Returns the role with what its date or number means."""
        if mention.type not in _VALUES:
            return role
        sentence = field.sentence(mention.span, mention.span)
        value = self._stated(mention, sentence, field) if sentence else None
        if value is not None and role.role in _COUNTS and value.unit in _MORE:
            value = replace(value, unit=_PEOPLE)
        if value is None and role.role in _COUNTS and mention.type == NUMBER:
            value = _people(mention)
        return role if value is None else replace(role, value=value)

    def _stated(self, mention: TextMention, sentence: Span, field: SplitField) -> FoundValue | None:
        """Returns the only value within a mention's characters, if it leaves no figure out."""
        key = field.name, sentence
        if key not in self._found:
            text = field.text[sentence.start : sentence.end]
            self._found[key] = without_overlaps([value for find in self._finders for value in find(text)])
        start, end = mention.span.start - sentence.start, mention.span.end - sentence.start
        over = [value for value in self._found[key] if value.start < end and start < value.end]
        if len(over) != 1 or (over[0].datatype == "xsd:decimal") != (mention.type == NUMBER):
            return None
        (value,) = over
        rest = mention.text[: max(0, value.start - start)] + mention.text[max(0, value.end - start) :]
        if any(c.isdigit() for c in rest):
            return None
        return replace(value, start=value.start + sentence.start, end=value.end + sentence.start)


def _people(mention: TextMention) -> FoundValue | None:
    """Returns what a bare number means where people are counted: "at least 12" of "killing at least 12"."""
    for noun in _COUNTED:
        found = find_quantities(f"{mention.text} {noun}")
        if len(found) == 1 and found[0].unit == noun:
            start = mention.span.start
            return replace(found[0], start=start + found[0].start, end=mention.span.end, unit=_PEOPLE)
    return None
