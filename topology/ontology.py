"""The ontology file: the entity types and relations of the graph."""

from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator


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


class RelationSpec(BaseModel):
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
    threshold: float | None = Field(None, ge=0, le=1)

    @property
    def can_end(self) -> bool:
        """Whether a fact of this relation may hold no more while it once did."""
        return self.ends or (self.functional and not self.lasting)

    @property
    def graph_type(self) -> str:
        """The relationship type in the graph: `CHIEF_EXECUTIVE_OFFICER`."""
        return "_".join("".join(c if c.isalnum() else " " for c in self.name).upper().split())


class OntologyError(ValueError):
    """The ontology file cannot be used; the message states the place and the reason."""


class Ontology(BaseModel):
    """Entity types and relations."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = 1
    entity_types: tuple[EntityTypeSpec, ...]
    relations: tuple[RelationSpec, ...]

    @model_validator(mode="after")
    def _consistent(self) -> "Ontology":
        types = [t.name for t in self.entity_types]
        for label, names in (
            ("entity type", types),
            ("relation id", [r.id for r in self.relations]),
            ("relation name", [r.graph_type for r in self.relations]),
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
        """A short hash of the content."""
        return blake2b(self.model_dump_json().encode(), digest_size=8).hexdigest()

    @cached_property
    def by_id(self) -> dict[str, RelationSpec]:
        """Relations by id."""
        return {r.id: r for r in self.relations}

    def for_language(self, language: str) -> "Ontology":
        """Returns the part for texts of a language: no types that are only seen, no relations of other languages."""
        types = tuple(t for t in self.entity_types if not t.seen)
        named = {t.name for t in types}
        kept = []
        for relation in self.relations:
            domain, range_ = (tuple(t for t in of if t in named) for of in (relation.domain, relation.range))
            if domain and range_ and (not relation.languages or language in relation.languages):
                kept.append(relation.model_copy(update={"domain": domain, "range": range_}))
        return Ontology(version=self.version, entity_types=types, relations=tuple(kept))

    def allows(self, subject_type: str, relation: str, object_type: str) -> bool:
        """Returns whether the relation may hold between these types."""
        spec = self.by_id.get(relation)
        return spec is not None and subject_type in spec.domain and object_type in spec.range


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
