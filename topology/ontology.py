"""The ontology file: the entity types and relations of the graph, and the classes of what happens."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

HAPPENING = "happening"
"""The type of what happens. Not among the entity types of the file: its mentions are triggers, and it has classes."""

HAPPENING_CLASS = "happening_class"
"""The type of the classes, which are entities of the graph as well."""

Role = Literal["who", "whom", "what", "where", "when", "killed", "injured", "amount", "with"]
ROLES: tuple[Role, ...] = get_args(Role)
"""What an entity, a date or a number can be in a happening, whatever its class."""

NUMBER = "quantity"
"""The entity type of numbers."""


class EntityTypeSpec(BaseModel):
    """An entity type.

    Attributes:
        wikidata: Wikidata classes of its items; empty if its names are not looked up there.
        seen: Whether it occurs only in pictures and never in texts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z_]+$")
    description: str = ""
    wikidata: tuple[Annotated[str, Field(pattern=r"^Q[1-9][0-9]{0,11}$")], ...] = ()
    seen: bool = False


class _Thresholded(BaseModel):
    """What is said from a least confidence on."""

    threshold: float | None = Field(None, ge=0, le=1)

    def least(self, default: float) -> float:
        """Returns the least score at which it is said: its own threshold, or the default."""
        return default if self.threshold is None else self.threshold


class RelationSpec(_Thresholded):
    """A relation, identified by its Wikidata property where there is one.

    Attributes:
        functional: Whether one object holds at a time: a country has one head of state.
        lasting: For a functional relation, whether its object never changes: a person has one place of birth.
        ends: Whether a fact can end although the relation is not functional: a marriage, a membership, an ownership.
        excludes: Relations that rarely hold between the same pair. Of two, the more confident is kept.
        of_countries: Whether the object must be a country.
        one_subject: Whether an article states it for one subject per object: a person leads one company.
        languages: The languages whose models extract it; empty for all.
        threshold: Minimum confidence of its triples; None for the setting `relation_threshold`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_:-]*$")
    name: str = Field(min_length=1)
    description: str = ""
    domain: tuple[str, ...]
    range: tuple[str, ...]
    functional: bool = False
    lasting: bool = False
    ends: bool = False
    excludes: tuple[str, ...] = ()
    of_countries: bool = False
    one_subject: bool = False
    languages: tuple[str, ...] = ()

    @property
    def can_end(self) -> bool:
        """Whether a fact of this relation may hold no more while it once did."""
        return self.ends or (self.functional and not self.lasting)

    @property
    def graph_type(self) -> str:
        """The relationship type in the graph: `CHIEF_EXECUTIVE_OFFICER`."""
        return "_".join("".join(c if c.isalnum() else " " for c in self.name).upper().split())


class RoleSpec(_Thresholded):
    """What may fill a role of one class of happenings.

    Attributes:
        role: One of `ROLES`.
        name: What it is called of this class: `who` of an attack is the perpetrator.
        types: Entity types of its fillers.
        number: Whether it is a count, a sum or a measure.
        property: The Wikidata property of the same meaning; "" if none fits.
        threshold: Minimum confidence of its triples; None for the setting `role_threshold`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role
    name: str = Field(min_length=1)
    types: tuple[str, ...] = Field(min_length=1)
    number: bool = False
    property: str = Field("", pattern=r"^(P[1-9][0-9]{0,9})?$")


class FactRule(BaseModel):
    """A fact that follows when a class of happenings is said to have happened: who is appointed holds the office.

    Attributes:
        subject: The role whose filler is the fact's subject.
        relation: The fact's relation, by its id.
        object: The role whose filler is its object.
        modality: Whether the fact holds from then on (`asserted`) or no longer does (`past`).
        without: Roles that must not be filled: only who wins a prize from nobody is its winner.
        unless: Beginnings of words that the trigger must not have: who divorces is no spouse.
        whole: Whether no amount may be a share in percent: who buys a tenth of a company does not own it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: Role
    relation: str
    object: Role
    modality: Literal["asserted", "past"] = "asserted"
    without: tuple[Role, ...] = ()
    unless: tuple[Annotated[str, Field(pattern=r"^[a-z]+$")], ...] = ()
    whole: bool = False


class HappeningSpec(_Thresholded):
    """A class of happenings.

    Attributes:
        id: The word or words by which models and annotations call it: `attack`, `sports result`.
        name: For people; its id if not given.
        description: What belongs to it, in one sentence.
        wikidata: The Wikidata classes of the same meaning.
        roles: What can be said of it.
        facts: What follows from it.
        threshold: Minimum confidence at which it is said; None for the setting `happening_threshold`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9]*(?:[ _-][a-z0-9]+)*$", max_length=64)
    name: str = ""
    description: str = ""
    wikidata: tuple[Annotated[str, Field(pattern=r"^Q[1-9][0-9]{0,11}$")], ...] = ()
    roles: tuple[RoleSpec, ...] = ()
    facts: tuple[FactRule, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> "HappeningSpec":
        given = [role.role for role in self.roles]
        if repeated := sorted({role for role in given if given.count(role) > 1}):
            raise ValueError(f"happening {self.id} has a role twice: {', '.join(repeated)}")
        for role in self.roles:
            if role.number and role.types != (NUMBER,):
                raise ValueError(f"happening {self.id}: {role.role} is a number, so its one type is {NUMBER}")
        for rule in self.facts:
            if missing := sorted({rule.subject, rule.object, *rule.without} - set(given)):
                raise ValueError(
                    f"happening {self.id}: a fact of {rule.relation} needs roles it has not: {', '.join(missing)}"
                )
        return self

    @property
    def title(self) -> str:
        """Its name for people."""
        return self.name or self.id

    @cached_property
    def by_role(self) -> dict[str, RoleSpec]:
        """Its roles by their general names."""
        return {role.role: role for role in self.roles}


class OntologyError(ValueError):
    """The ontology file cannot be used; the message states the place and the reason."""


class Ontology(BaseModel):
    """Entity types, relations, and classes of happenings; a file without happenings has none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = 1
    entity_types: tuple[EntityTypeSpec, ...]
    relations: tuple[RelationSpec, ...]
    happenings: tuple[HappeningSpec, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> "Ontology":
        types = [t.name for t in self.entity_types]
        for label, names in (
            ("entity type", types),
            ("relation id", [r.id for r in self.relations]),
            ("relation name", [r.graph_type for r in self.relations]),
            ("happening id", [h.id for h in self.happenings]),
        ):
            repeated = sorted({n for n in names if names.count(n) > 1})
            if repeated:
                raise ValueError(f"{label} given twice: {', '.join(repeated)}")
        known = {relation.id for relation in self.relations}
        for relation in self.relations:
            if missing := sorted(set(relation.excludes) - known):
                raise ValueError(f"relation {relation.id} excludes unknown relations: {', '.join(missing)}")
            if relation.lasting and not relation.functional:
                raise ValueError(f"relation {relation.id} is lasting but not functional")
            if relation.ends and relation.lasting:
                raise ValueError(f"relation {relation.id} is lasting and ends")
            unknown = sorted({*relation.domain, *relation.range} - set(types))
            if unknown:
                raise ValueError(f"relation {relation.id} names unknown entity types: {', '.join(unknown)}")
        return self

    @model_validator(mode="after")
    def _happenings_fit(self) -> "Ontology":
        types = {t.name for t in self.entity_types}
        if HAPPENING in types:
            raise ValueError(f"no entity type may be called {HAPPENING}: this is what the section happenings describes")
        for happening in self.happenings:
            for role in happening.roles:
                if unknown := sorted(set(role.types) - types):
                    raise ValueError(
                        f"happening {happening.id} names unknown entity types for {role.role}: {', '.join(unknown)}"
                    )
            for rule in happening.facts:
                if wrong := _unfit(rule, happening, self.by_id):
                    raise ValueError(f"happening {happening.id}: {wrong}")
        return self

    @cached_property
    def rivals(self) -> dict[str, frozenset[str]]:
        """For each relation with an exclusion, the relations that exclude it or that it excludes."""
        found: dict[str, set[str]] = {}
        for spec in self.relations:
            for other in spec.excludes:
                found.setdefault(spec.id, set()).add(other)
                found.setdefault(other, set()).add(spec.id)
        return {id_: frozenset(others) for id_, others in found.items()}

    @cached_property
    def digest(self) -> str:
        """A short hash of all that it says."""
        return blake2b(self.model_dump_json().encode(), digest_size=8).hexdigest()

    @cached_property
    def by_id(self) -> dict[str, RelationSpec]:
        """Relations by id."""
        return {r.id: r for r in self.relations}

    @cached_property
    def happening_by_id(self) -> dict[str, HappeningSpec]:
        """Classes of happenings by id."""
        return {h.id: h for h in self.happenings}

    def fillers(self, role: str) -> frozenset[str]:
        """Returns the entity types that may fill a role, whatever the class."""
        return frozenset(t for h in self.happenings for r in h.roles if r.role == role for t in r.types)

    def for_language(self, language: str) -> "Ontology":
        """Returns the part for texts of a language: no types that are only seen, no relations of other languages."""
        types = tuple(t for t in self.entity_types if not t.seen)
        named = {t.name for t in types}
        kept = []
        for relation in self.relations:
            domain, range_ = (tuple(t for t in of if t in named) for of in (relation.domain, relation.range))
            if domain and range_ and (not relation.languages or language in relation.languages):
                kept.append(relation.model_copy(update={"domain": domain, "range": range_}))
        related = {relation.id: relation for relation in kept}
        happenings = tuple(_of_types(happening, named, related) for happening in self.happenings)
        return Ontology(version=self.version, entity_types=types, relations=tuple(kept), happenings=happenings)

    def allows(self, subject_type: str, relation: str, object_type: str) -> bool:
        """Returns whether the relation may hold between these types."""
        spec = self.by_id.get(relation)
        return spec is not None and subject_type in spec.domain and object_type in spec.range


def _unfit(rule: FactRule, happening: HappeningSpec, relations: Mapping[str, RelationSpec]) -> str:
    """Returns why a rule can never make a fact; "" if it can."""
    relation = relations.get(rule.relation)
    if relation is None:
        return f"a fact of an unknown relation: {rule.relation}"
    for role, allowed in ((rule.subject, relation.domain), (rule.object, relation.range)):
        if not set(happening.by_role[role].types) & set(allowed):
            return f"no type of {role} can stand in {rule.relation}, which takes {', '.join(allowed)}"
    if rule.modality == "past" and not relation.can_end:
        return f"a fact of {rule.relation} never ends, so it cannot be past"
    return ""


def _of_types(
    happening: HappeningSpec, named: AbstractSet[str], relations: Mapping[str, RelationSpec]
) -> HappeningSpec:
    """Returns a class of happenings with those fillers only that are of some types, and facts of some relations."""
    narrowed = ((role, tuple(t for t in role.types if t in named)) for role in happening.roles)
    roles = tuple(role.model_copy(update={"types": kept}) for role, kept in narrowed if kept)
    left = {role.role for role in roles}
    # Not a copy: that would take over what is cached of the roles.
    plain = HappeningSpec(**happening.model_dump(exclude={"roles", "facts"}), roles=roles)
    # A role that nothing fills is never filled, so rules need not ask for that.
    asked = ((rule, tuple(r for r in rule.without if r in left)) for rule in happening.facts)
    rules = (rule.model_copy(update={"without": without}) for rule, without in asked)
    fitting = (rule for rule in rules if {rule.subject, rule.object} <= left and not _unfit(rule, plain, relations))
    return HappeningSpec(**plain.model_dump(exclude={"roles", "facts"}), roles=roles, facts=tuple(fitting))


@lru_cache
def load_ontology(path: Path) -> Ontology:
    """Reads an ontology file.

    Raises:
        OntologyError: The file is missing, is not YAML, or contradicts itself.
    """
    try:
        return Ontology.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise OntologyError(f"ontology {path}: {error}") from error
