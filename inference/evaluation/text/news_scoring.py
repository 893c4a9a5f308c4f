"""Comparing what was read in a news text with what a reader annotated (docs/annotation.md).

A fact is right if its relation is and both ends name the right entities. An end names an entity if its name is one of
the forms in which the text or the annotation names it. What the text only implies counts neither way.
"""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from inference.text.names.canonical import canonical_name
from inference.text.names.countries import ALIASES, DEMONYMS
from inference.text.types import TextExtraction, TextRelation
from inference.training.text.annotated.reading import AnnotatedEntity, AnnotatedFact, AnnotatedText
from inference.training.text.measure.scores import Tally

GEOGRAPHY = frozenset({"P17", "P30", "P131", "P206", "P276", "P361", "P706"})
"""Relations by which a place lies in a place, if both ends are locations."""

INVERSE = {
    "P749": "P355", "P22": "P40", "P25": "P40", "P1376": "P36", "P150": "P131", "P1366": "P1365", "P527": "P361",
    "P156": "P155", "P1344": "P710", "P1441": "P674",
}  # fmt: skip
"""Relations that state the same as another, read from the other end. Father and mother are told apart from child."""

HEADS = frozenset({"P6", "P35"})
"""Relations from a country or place to a person who leads it."""

SYMMETRIC = frozenset({"P26", "P3373"})
HOLDS = frozenset({"asserted", "past"})
"""Modalities of what makes facts; the rest makes claims."""

SHORT = 1000
"""Characters up to which a text counts as short."""


@dataclass(frozen=True, slots=True)
class FoundFact:
    """A fact as read: names of both ends, and the modality that goes with it."""

    subject: str
    relation: str
    object: str
    geography: bool
    modality: str = "asserted"


@dataclass(slots=True)
class TextScore:
    """What became of one text.

    Attributes:
        facts: Tally of facts that are no geography.
        places: Tally of geography.
        offices: Tally of positions held, part of `facts`.
        relations: Tallies by relation.
        unsaid: Facts that were read although the text only plans, doubts or denies them, by modality.
        claims: How many facts the text plans, doubts or denies, by modality.
        modality: (right, all) of the found facts' modalities.
        long: Whether the text is a long one.
    """

    facts: Tally = field(default_factory=Tally)
    places: Tally = field(default_factory=Tally)
    offices: Tally = field(default_factory=Tally)
    relations: dict[str, Tally] = field(default_factory=dict)
    unsaid: dict[str, int] = field(default_factory=dict)
    claims: dict[str, int] = field(default_factory=dict)
    modality: tuple[int, int] = (0, 0)
    long: bool = False

    @property
    def all(self) -> Tally:
        """Facts and geography together."""
        total = Tally()
        total += self.facts
        total += self.places
        return total


def found_facts(extraction: TextExtraction, least: Callable[[str], float]) -> set[FoundFact]:
    """Returns the facts of an extraction that reach their relation's threshold, which `least` returns by id."""
    return {fact_of(extraction, one) for one in extraction.relations if one.score >= least(one.predicate)}


def fact_of(extraction: TextExtraction, relation: TextRelation) -> FoundFact:
    """Returns a relation of an extraction as a fact that can be compared."""
    subject, object_ = extraction.mentions[relation.subject], extraction.mentions[relation.object]
    places = {subject.type, object_.type} == {"location"} and relation.predicate in GEOGRAPHY
    return FoundFact(subject.name, relation.predicate, object_.name, places, relation.modality)


def score(text: AnnotatedText, found: Iterable[FoundFact]) -> TextScore:
    """Compares one text's facts with its annotation."""
    result = TextScore(long=len(text.text) > SHORT)
    names = [entity_names(text, entity) for entity in text.entities]
    matched: set[int] = set()
    for fact in found:
        hits = {i for i, gold in enumerate(text.facts) if _same(gold, fact, names)}
        stated = {i for i in hits if not text.facts[i].implied}
        if not stated and (hits or _implied_place(text, fact, names) or _implied_citizen(text, fact, names)):
            continue
        said = {i for i in stated if text.facts[i].modality in HOLDS or fact.modality == text.facts[i].modality}
        for modality in (text.facts[i].modality for i in stated - said):
            result.unsaid[modality] = result.unsaid.get(modality, 0) + 1
        new = said - matched
        for tally in _tallies(result, fact.relation, geography=fact.geography):
            tally.right += bool(new)
            tally.wrong += not said
        if new:
            right = any(text.facts[i].modality == fact.modality for i in said)
            result.modality = (result.modality[0] + right, result.modality[1] + 1)
        matched |= said
    _missed(text, matched, result)
    return result


def _missed(text: AnnotatedText, matched: AbstractSet[int], result: TextScore) -> None:
    for i, gold in enumerate(text.facts):
        if gold.implied:
            continue
        if gold.modality not in HOLDS:
            result.claims[gold.modality] = result.claims.get(gold.modality, 0) + 1
        elif i not in matched:
            for tally in _tallies(result, gold.relation, geography=_places(text, gold)):
                tally.missed += 1


def mention_tally(text: AnnotatedText, extraction: TextExtraction, types: AbstractSet[str]) -> Tally:
    """Compares mentions, by characters and type; what is annotated as an adjective may have any type or none."""
    body = len(text.headline) + 1
    gold, free = set(), set()
    for entity in text.entities:
        for mention in entity.mentions:
            if mention.form == "name" and entity.type in types:
                gold.add((mention.start, mention.end, entity.type))
            else:
                free.add((mention.start, mention.end))
    found = set()
    for one in extraction.mentions:
        offset = 0 if one.field == "headline" else body
        where = one.span.start + offset, one.span.end + offset
        if one.type in types and where not in free:
            found.add((*where, one.type))
    tally = Tally()
    tally.add(found, gold)
    return tally


def entity_names(text: AnnotatedText, entity: AnnotatedEntity) -> frozenset[str]:
    """Returns the names by which an entity may be meant, in the form that is compared.

    "Iran's foreign ministry" may also be called the foreign ministry of Iran: what every country has is no name. And
    the leader whose office is that of Hurras al-Din may be called "Hurras al-Din leader".
    """
    forms = _forms(text, entity)
    if entity.type == "office" and entity.of is not None:
        forms |= {f"{owner} {form}" for owner in _forms(text, text.entities[entity.of]) for form in forms}
    if entity.type == "organization":
        countries = {
            country
            for fact in text.facts
            if fact.relation == "P17" and text.entities[fact.subject] is entity
            for country in _forms(text, text.entities[fact.object])
        }
        forms |= {
            called
            for form in forms
            for country in countries
            for bare in (form, form.removeprefix(f"{country} "))
            for called in (
                f"{country} {form}",
                f"{bare} of {plain_name(country)}",
                f"{bare} of the {plain_name(country)}",
            )
        }
    return frozenset(plain_name(form) for form in forms)


def _forms(text: AnnotatedText, entity: AnnotatedEntity) -> set[str]:
    forms = {text.text[m.start : m.end] for m in entity.mentions if m.form != "anaphor"}
    return forms | {entity.name} if entity.name else forms


def _same(gold: AnnotatedFact, fact: FoundFact, names: list[frozenset[str]]) -> bool:
    ends = plain_name(fact.subject), plain_name(fact.object)
    wanted = names[gold.subject], names[gold.object]
    if gold.relation == fact.relation:
        if ends[0] in wanted[0] and ends[1] in wanted[1]:
            return True
        return gold.relation in SYMMETRIC and ends[1] in wanted[0] and ends[0] in wanted[1]
    inverse = INVERSE.get(gold.relation) == fact.relation or INVERSE.get(fact.relation) == gold.relation
    return inverse and ends[1] in wanted[0] and ends[0] in wanted[1]


def _implied_place(text: AnnotatedText, fact: FoundFact, names: list[frozenset[str]]) -> bool:
    """Returns whether another place relation is stated of the same two places: "Accra, Ghana" states the country."""
    ends = plain_name(fact.subject), plain_name(fact.object)
    return fact.geography and any(
        _places(text, gold) and not gold.implied and ends[0] in names[gold.subject] and ends[1] in names[gold.object]
        for gold in text.facts
    )


def _implied_citizen(text: AnnotatedText, fact: FoundFact, names: list[frozenset[str]]) -> bool:
    """Returns whether an office in a country, stated of the person, implies the citizenship."""
    ends = plain_name(fact.subject), plain_name(fact.object)
    if fact.relation != "P27":
        return False
    led = {(g.object, g.subject) for g in text.facts if g.relation in HEADS}
    holds = {(g.subject, text.entities[g.object].of) for g in text.facts if g.relation == "P39"}
    return any(
        country is not None and ends[0] in names[person] and ends[1] in names[country]
        for person, country in led | holds
    )


def plain_name(name: str) -> str:
    """Returns the form in which names are compared."""
    # Without the region that tells a place from its namesakes: "Springfield, Illinois".
    bare = name.partition(", ")[0]
    return canonical_name(DEMONYMS.get(bare, ALIASES.get(bare, bare))).casefold()


def _places(text: AnnotatedText, fact: AnnotatedFact) -> bool:
    ends = {text.entities[fact.subject].type, text.entities[fact.object].type}
    return ends == {"location"} and fact.relation in GEOGRAPHY


def _tallies(result: TextScore, relation: str, *, geography: bool) -> list[Tally]:
    tallies = [result.places if geography else result.facts, result.relations.setdefault(relation, Tally())]
    return [*tallies, result.offices] if relation == "P39" else tallies
