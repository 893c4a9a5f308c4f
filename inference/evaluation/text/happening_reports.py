"""What annotated news says happened, as the messages from which the entities stage learns.

From the annotation and not from the model, so that what is measured is the joining of reports alone.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inference.text.language.sentences import split_sentences
from inference.text.language.stopwords import STOP_WORDS
from inference.text.names.canonical import canonical_name
from inference.text.names.countries import ALIASES, DEMONYMS
from inference.training.text.annotated.reading import AnnotatedEntity, AnnotatedHappening, AnnotatedText
from streams.messages.base import Entity, EntityMention
from streams.messages.events import Naming
from streams.messages.happening_events import MAX_TITLE, MOST_WORDS, HappeningReport
from streams.news.entity_mentions import VALUE_TYPES, named_entity

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")  # noqa: RUF001
_COUNTRIES = frozenset(DEMONYMS.values())


@dataclass(frozen=True, slots=True)
class GoldReport:
    """A happening as one text has it.

    Attributes:
        id: The happening's entity id.
        text: The text's id.
        trigger: First character of the words that name it; with the text's id it identifies the report.
        headline: The text's headline: in our feed the topic.
        kind: Its class.
        published: Day of publication.
        named: Ids of the entities that it names.
    """

    id: str
    text: str
    trigger: int
    headline: str
    kind: str
    published: str
    named: frozenset[str]


def namings(texts: Iterable[AnnotatedText]) -> Iterator[tuple[Naming, list[GoldReport]]]:
    """Yields what each text reports, in the order in which they were published."""
    for text in sorted(texts, key=lambda one: (one.published_at, one.id)):
        entities = {i: named for i, one in enumerate(text.entities) if (named := _named(text, one))}
        reports: list[HappeningReport] = []
        gold: list[GoldReport] = []
        seen: dict[tuple[str, str], int] = {}
        for one in text.happenings:
            trigger = text.text[slice(*one.trigger)]
            number = seen[one.kind, trigger] = seen.get((one.kind, trigger), -1) + 1
            happening = Entity.happening(text.id, one.kind, trigger, number)
            report = _report(text, one, happening, entities)
            reports.append(report)
            whom = frozenset((*report.places, *report.participants))
            day = text.published_at[:10]
            gold.append(GoldReport(happening.id, text.id, one.trigger[0], text.headline, one.kind, day, whom))
        mentions = tuple(EntityMention(entity=one) for one in {one.id: one for one in entities.values()}.values())
        yield Naming(id=text.id, revision="gold", mentions=mentions, happenings=tuple(reports)), gold


def _report(
    text: AnnotatedText, one: AnnotatedHappening, happening: Entity, entities: dict[int, Entity]
) -> HappeningReport:
    fillers = [(role, entities[i].id) for role, i in one.roles if i in entities]
    return HappeningReport.model_validate(
        {
            "happening": happening,
            "modality": one.modality,
            "places": tuple(dict.fromkeys(id_ for role, id_ in fillers if role == "where")),
            "participants": tuple(dict.fromkeys(id_ for role, id_ in fillers if role != "where")),
            "words": _words(text.text, *one.trigger),
            "headline": text.headline[:MAX_TITLE],
            "published_at": text.published_at,
        }
    )


def _words(text: str, start: int, end: int) -> tuple[str, ...]:
    """Returns the content words of the sentence in which a trigger stands."""
    first, last = next((span for span in split_sentences(text) if span[0] <= start and end <= span[1]), (start, end))
    words = (word.lower().replace("’", "'").removesuffix("'s") for word in _WORD.findall(text[first:last]))  # noqa: RUF001
    return tuple(dict.fromkeys(word[:64] for word in words if word not in STOP_WORDS))[:MOST_WORDS]


def _named(text: AnnotatedText, one: AnnotatedEntity) -> Entity | None:
    """Returns an entity under its full name; None if it is a value, or no mention names it."""
    if one.type in VALUE_TYPES:
        return None
    names = [text.text[mention.start : mention.end] for mention in one.mentions if mention.form == "name"]
    adjectives = [text.text[mention.start : mention.end] for mention in one.mentions if mention.form == "adjective"]
    name = one.name or max(names, key=len, default="") or next((DEMONYMS.get(word, word) for word in adjectives), "")
    name = canonical_name(name) if name else ""
    name = ALIASES.get(name, name)
    if not name:
        return None
    type_ = "location" if name in _COUNTRIES else one.type
    return named_entity(name, type_)
