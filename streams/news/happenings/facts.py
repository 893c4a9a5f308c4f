"""The facts that follow from what happened, by the rules of the ontology: who was appointed holds the office.

Only what the article says has happened starts or ends anything; plans, rumours and denials do not.
"""

import re
from collections.abc import Iterator, Sequence

from inference.text.budget import charge
from inference.text.types import Span
from streams.messages.events import Entity, Literal_, Predicate, Triple
from streams.news.entity_mentions import relation_end
from streams.news.happenings.said import Filler, SaidHappening
from streams.news.happenings.triples import TriggerEvidence
from streams.news.thresholds import Thresholds
from topology.ontology import FactRule, Ontology, RelationSpec

_UNITS = 40
"""Units of work that a fact costs."""

_WORD = re.compile(r"[^\W\d_]+")
_SHARE = re.compile(r"%|\bper ?cent", re.IGNORECASE)

_BORN_IN = "P19"
"""If an article's relations state who was born in a place, anybody else near the word "born" is kin."""

_Key = tuple[str, str, str]
"""Ids of subject and predicate, and the id or value of the object."""


def following_facts(
    said: Sequence[SaidHappening],
    stated: Sequence[Triple],
    cited: TriggerEvidence,
    ontology: Ontology,
    thresholds: Thresholds,
) -> list[Triple]:
    """Returns the facts that follow from an article's happenings.

    Left out is what the article's relations say themselves, in whatever modality or direction, except that an office
    that they say is held is past if the article says that it was given up. Left out is also what a denied happening
    would make.

    Args:
        said: What the article says happened.
        stated: The triples of its relations.
        cited: Makes the evidence of this revision of the article.
        ontology: The relations, and what follows from each class.
        thresholds: How sure a fact must be where the ontology does not say.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    following = [(happening.found.modality, one) for happening in said for one in _following(happening, ontology)]
    if not following:
        return []
    known: dict[_Key, set[str]] = {}
    birthplaces = {t.object.id for t in stated if t.predicate.id == _BORN_IN and isinstance(t.object, Entity)}
    for triple in stated:
        for key in _keys(triple.subject, triple.predicate.id, triple.object):
            known.setdefault(key, set()).add(triple.modality)
    for modality, one in following:
        if modality == "denied":
            known.setdefault(one.keys[0], set()).add(modality)
    triples: dict[str, Triple] = {}
    for modality, one in following:
        if modality != "asserted" or one.confidence < one.relation.least(thresholds.relation):
            continue
        if _outdone(one, known.get(one.keys[0], set()), birthplaces):
            continue
        triple = one.triple(cited)
        if triple.id not in triples or triples[triple.id].confidence < triple.confidence:
            triples[triple.id] = triple
    return list(triples.values())


class _Following:
    """A fact that a rule makes of two fillers."""

    __slots__ = ("_ends", "_fillers", "_happening", "relation", "rule")

    def __init__(
        self,
        happening: SaidHappening,
        rule: FactRule,
        relation: RelationSpec,
        fillers: tuple[Filler, Filler],
        ends: tuple[Entity, Entity | Literal_],
    ) -> None:
        self._happening, self.rule, self.relation, self._fillers, self._ends = happening, rule, relation, fillers, ends

    @property
    def keys(self) -> list[_Key]:
        """The fact, and its inverse."""
        subject, object_ = self._ends
        return _keys(subject, self.relation.id, object_)

    @property
    def confidence(self) -> float:
        """It is as sure as the least sure part of the happening that it follows from."""
        return min(self._happening.found.score, *(filler.role.score for filler in self._fillers))

    def triple(self, cited: TriggerEvidence) -> Triple:
        """Returns the fact with its evidence: the sentences with trigger and both fillers.

        What can end holds from the day of the happening on, or up to it.
        """
        subject, object_ = self._fillers
        sentence = Span(
            min(subject.sentence.start, object_.sentence.start), max(subject.sentence.end, object_.sentence.end)
        )
        day = self._happening.day if self.relation.can_end else None
        return Triple.of(
            self._ends[0],
            Predicate(id=self.relation.id, name=self.relation.name),
            self._ends[1],
            self.confidence,
            cited.of(self._happening, sentence, subject.mention.span, object_.mention.span),
            modality=self.rule.modality,
            attributed_to=self._happening.speaker,
            since=day if self.rule.modality == "asserted" else None,
            until=day if self.rule.modality == "past" else None,
        )


def _following(happening: SaidHappening, ontology: Ontology) -> Iterator[_Following]:
    for rule in happening.spec.facts:
        relation = ontology.by_id[rule.relation]
        subjects, objects = happening.filling(rule.subject), happening.filling(rule.object)
        if len(subjects) > 1 and len(objects) > 1:
            continue  # who of them got which office is not known
        if not subjects or not objects or _barred(rule, happening):
            continue
        charge(_UNITS * len(subjects) * len(objects), "making facts of happenings")
        for subject in subjects:
            for object_ in objects:
                if ends := _ends(subject, object_, relation):
                    yield _Following(happening, rule, relation, (subject, object_), ends)


def _ends(subject: Filler, object_: Filler, relation: RelationSpec) -> tuple[Entity, Entity | Literal_] | None:
    """Returns subject and object of a fact; None if they cannot stand in the relation."""
    about = relation_end(subject.mention, subject.entity, relation.domain)
    if about is None or about.type not in relation.domain:
        return None
    if object_.entity is None:
        dated = object_.mention.type in relation.range and object_.day
        return (about, object_.target) if dated else None
    target = relation_end(object_.mention, object_.entity, relation.range)
    if target is None or target.type not in relation.range or target.id == about.id:
        return None
    return about, target


def _barred(rule: FactRule, happening: SaidHappening) -> bool:
    """Returns whether a rule does not hold of a happening, however unsure the model is of what speaks against it."""
    if any(role.role in rule.without for role in happening.found.roles):
        return True
    words = _WORD.findall(happening.found.trigger.text.lower())
    if any(word.startswith(rule.unless) for word in words):
        return True
    return rule.whole and any(map(_SHARE.search, happening.amounts))


def _outdone(one: _Following, modalities: set[str], birthplaces: set[str]) -> bool:
    """Returns whether the article says in another place what a rule would say, or that it is not so.

    Args:
        one: What the rule would say.
        modalities: In which the article's relations state it.
        birthplaces: Places where the article's relations say that somebody was born.
    """
    _, predicate, object_ = one.keys[0]
    if predicate == _BORN_IN and object_ in birthplaces:
        return True
    return bool(modalities - {"asserted"}) if one.rule.modality == "past" else bool(modalities)


def _keys(subject: Entity, predicate: str, object_: Entity | Literal_) -> list[_Key]:
    """Returns a fact, and its inverse if there is one: spouses are named in any order."""
    if isinstance(object_, Entity):
        return [(subject.id, predicate, object_.id), (object_.id, predicate, subject.id)]
    return [(subject.id, predicate, object_.key)]
