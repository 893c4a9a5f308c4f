"""Which happenings of an article are said, each as an entity of the article's own, and what plays a part in them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest

from inference.text.budget import charge
from inference.text.types import Span, TextExtraction, TextHappening, TextMention, TextRole
from streams.messages.events import Entity, Literal_
from streams.news.entity_mentions import VALUE_TYPES, relation_end
from streams.news.thresholds import Thresholds
from streams.news.values import value_literal
from topology.ontology import HappeningSpec, Ontology, RoleSpec

MOST_HAPPENINGS = 256
"""Most happenings of one article; of more, the most certain are said. The articles of our feeds have a few."""

MOST_FILLERS = 32
"""Most fillers of one happening's roles; of more, the most certain are said."""

_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_DAYS = frozenset({"xsd:date", "xsd:gYearMonth", "xsd:gYear"})

_UNITS = 40
"""Units of work that a happening costs, and each of its roles: the triple, its ids and its evidence."""


@dataclass(frozen=True, slots=True)
class Filler:
    """What plays a part in a happening.

    Attributes:
        spec: The role, as the ontology declares it for the class.
        role: What the model says of it.
        mention: The words that fill it.
        target: The entity in the document that they name; of a date or number, what it means.
        sentence: The sentences from the trigger to these words.
    """

    spec: RoleSpec
    role: TextRole
    mention: TextMention
    target: Entity | Literal_
    sentence: Span

    @property
    def entity(self) -> Entity | None:
        """The entity; None of a date or number."""
        return self.target if isinstance(self.target, Entity) else None

    @property
    def day(self) -> str | None:
        """The day, month or year that it names; None if it is none, or not certain."""
        value = self.target
        if isinstance(value, Entity) or value.datatype not in _DAYS or not _DAY.fullmatch(value.value):
            return None
        return value.value


@dataclass(frozen=True, slots=True)
class SaidHappening:
    """A happening that an article says.

    Attributes:
        spec: Its class.
        found: What the model says of it.
        entity: Its own entity.
        speaker: Who is quoted as saying so.
        fillers: What plays a part in it, in the order of the text.
        amounts: The words of its amounts, also of those that are not sure enough.
    """

    spec: HappeningSpec
    found: TextHappening
    entity: Entity
    speaker: Entity | None
    fillers: tuple[Filler, ...]
    amounts: tuple[str, ...]

    def filling(self, role: str) -> list[Filler]:
        """Returns what fills a role."""
        return [filler for filler in self.fillers if filler.spec.role == role]

    @property
    def day(self) -> str | None:
        """The day, month or year when it happened: of several, the most certain; None if the article does not say."""
        dated = [filler for filler in self.filling("when") if filler.day]
        return max(dated, key=lambda filler: filler.role.score).day if dated else None


def said_happenings(
    extraction: TextExtraction, entities: Sequence[Entity | None], ontology: Ontology, thresholds: Thresholds
) -> list[SaidHappening]:
    """Returns the happenings of an article that are sure enough, in the order of the text.

    Args:
        extraction: What the model found in the article.
        entities: The entity of each of its mentions, as `mentioned` returns them.
        ontology: The classes, their roles, and how sure they must be.
        thresholds: How sure they must be where the ontology does not say.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    known = [
        (spec, found)
        for found in extraction.happenings
        if (spec := ontology.happening_by_id.get(found.kind)) and found.trigger.name
    ]
    charge(len(known), "choosing happenings")
    # Numbered before they are chosen, so that an id does not change with a threshold.
    before: Counter[tuple[str, str]] = Counter()
    numbered = []
    for spec, found in known:
        key = spec.id, found.trigger.name
        if found.score >= spec.least(thresholds.happening):
            numbered.append((spec, found, before[key]))
        before[key] += 1
    chosen = set(nlargest(MOST_HAPPENINGS, range(len(numbered)), key=lambda i: (numbered[i][1].score, -i)))
    said = []
    for i in sorted(chosen):
        spec, found, number = numbered[i]
        charge(_UNITS * (1 + len(found.roles)), "making triples of happenings")
        said.append(
            SaidHappening(
                spec,
                found,
                Entity.happening(extraction.document, spec.id, found.trigger.name, number),
                None if found.attributed_to is None else entities[found.attributed_to],
                _fillers(spec, found, extraction.mentions, entities, thresholds),
                tuple(extraction.mentions[role.mention].text for role in found.roles if role.role == "amount"),
            )
        )
    return said


def _fillers(
    spec: HappeningSpec,
    found: TextHappening,
    mentions: Sequence[TextMention],
    entities: Sequence[Entity | None],
    thresholds: Thresholds,
) -> tuple[Filler, ...]:
    fillers = []
    for role in found.roles:
        declared, mention = spec.by_role.get(role.role), mentions[role.mention]
        if declared is None or role.score < declared.least(thresholds.role) or mention.field != found.trigger.field:
            continue
        target: Entity | Literal_ | None
        if mention.type in VALUE_TYPES:
            target = value_literal(role.value) if role.value else Literal_(value=mention.text)
        else:
            target = relation_end(mention, entities[role.mention], declared.types)
        type_ = target.type if isinstance(target, Entity) else mention.type
        if target is not None and type_ in declared.types:
            fillers.append(Filler(declared, role, mention, target, _sentence(found, role, mention)))
    chosen = nlargest(MOST_FILLERS, range(len(fillers)), key=lambda i: (fillers[i].role.score, -i))
    return tuple(fillers[i] for i in sorted(chosen))


def _sentence(found: TextHappening, role: TextRole, mention: TextMention) -> Span:
    if role.sentence is not None:
        return role.sentence
    return Span(min(found.sentence.start, mention.span.start), max(found.sentence.end, mention.span.end))
