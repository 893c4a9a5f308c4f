"""From what an editor says to a correction: finds the entities, the relation and the fact that are meant."""

import re
from dataclasses import dataclass
from typing import Any

from neo4j import AsyncDriver
from pydantic import ValidationError

from streams.desk.corrections.views import corrections
from streams.messages.base import Entity, Literal_, Predicate
from streams.messages.correction_events import CLASS_OF, OF_FACTS, Correction, Kind
from topology.graph.names import ENTITY, EVIDENCE, HAPPENING_TYPES, is_named, quoted
from topology.ontology import HAPPENING_CLASS, Ontology

_TYPED = re.compile(r"(.+)/([a-z_]+)", re.DOTALL)
_PARTS = "{.id, .name, .type, .class, .office_of, .role, .read_class, .value, .datatype, .unit}"
MOST_NAMED = 10
"""Most entities of one name that are listed to choose from."""

_NAMED = f"""
MATCH (n:{ENTITY}) WHERE n.id = $entity OR (n.name = $entity AND {is_named("n")})
RETURN n {_PARTS} AS entity ORDER BY n.id LIMIT {MOST_NAMED}
"""
_RELATION_OF = f"MATCH (e:{EVIDENCE} {{fact: $fact}}) RETURN e.relation AS relation LIMIT 1"


class WishError(ValueError):
    """It is not clear what is to be corrected, or it cannot be. The message says why."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be corrected, in an editor's words.

    An entity is an id, a name that only one entity has, or a name with its type (`Jordan/location`), which the graph
    need not have.

    Attributes:
        kind: See `Correction`.
        fact: Id of a fact that the graph has; instead of the next three.
        subject: The entity that is corrected, or the fact's subject.
        relation: The fact's relation: its id or name.
        object: The fact's object, or the other entity.
        value: The right type, Wikidata id (empty: none) or class.
    """

    kind: Kind
    fact: str = ""
    subject: str = ""
    relation: str = ""
    object: str = ""
    value: str = ""


async def correction_of(
    driver: AsyncDriver, database: str | None, ontology: Ontology, wish: Wish, *, by: str, why: str
) -> Correction:
    """Returns the correction that an editor wants.

    Args:
        driver: The graph's.
        database: Its name; None for the default one.
        ontology: Where relations, types and classes are declared.
        wish: What is to be corrected.
        by: Who corrects.
        why: The reason.

    Raises:
        WishError: An entity, a relation or a fact is unknown or ambiguous, or the correction cannot be made.
    """
    fields: dict[str, Any] = {}
    if wish.kind in OF_FACTS and wish.fact:
        subject, fields["predicate"], fields["object"] = await _fact(driver, database, wish.fact)
    else:
        subject = await _entity(driver, database, wish.subject, ontology)
        if wish.kind in OF_FACTS:
            fields["predicate"] = _relation(ontology, wish.relation)
        if wish.kind in {*OF_FACTS, "merge", "split"}:
            fields["object"] = await _entity(driver, database, wish.object, ontology)
    if wish.kind == "type":
        fields["object"] = Entity.of(subject.name, _one_of(wish.value, [t.name for t in ontology.entity_types], "type"))
    elif wish.kind == "class":
        class_ = _one_of(wish.value, list(ontology.happening_by_id), "class")
        fields |= {"predicate": CLASS_OF, "object": Entity.of(class_, HAPPENING_CLASS)}
    elif wish.kind == "wikidata":
        fields["wikidata"] = wish.value or None
    try:
        return Correction.of(wish.kind, subject, by=by, why=why, **fields)
    except ValidationError as error:
        raise WishError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None


async def withdrawal_of(driver: AsyncDriver, database: str | None, id_: str, *, by: str, why: str) -> Correction:
    """Returns what withdraws a correction.

    Raises:
        WishError: The graph has no such correction.
    """
    found = await corrections(driver, database, id_=id_, withdrawn=True, limit=1)
    if not found:
        raise WishError(f"the graph has no correction {id_!r}; one that was just made takes a moment to arrive")
    said = Correction.model_validate_json(found[0].said)
    try:
        return Correction.model_validate(said.model_dump() | {"op": "withdraw", "by": by, "why": why, "at": None})
    except ValidationError as error:
        raise WishError(error.errors()[0]["msg"]) from None


async def _entity(driver: AsyncDriver, database: str | None, said: str, ontology: Ontology) -> Entity:
    found = await driver.execute_query(_NAMED, entity=said, database_=database)
    entities = [_as_entity(row["entity"]) for row in found.records]
    if len(entities) == 1:
        return entities[0]
    if entities:
        choices = ", ".join(f"{one.id} ({one.type}{f', {one.role}' if one.role else ''})" for one in entities)
        raise WishError(f"several entities are called {said!r}: {choices}; name one by its id")
    if (typed := _TYPED.fullmatch(said)) and typed[2] in {t.name for t in ontology.entity_types}:
        try:
            return Entity.of(typed[1], typed[2])
        except ValidationError as error:
            raise WishError(error.errors()[0]["msg"]) from None
    raise WishError(f"the graph has no entity {said!r}; of one that is still to come say the type too: {said}/person")


async def _fact(driver: AsyncDriver, database: str | None, fact: str) -> tuple[Entity, Predicate, Entity | Literal_]:
    found = (await driver.execute_query(_RELATION_OF, fact=fact, database_=database)).records
    if found:
        # The type comes from the graph, where the sink wrote it.
        query = (
            f"MATCH (s:{ENTITY})-[r:{quoted(found[0]['relation'])} {{id: $fact}}]->(o) "
            f"RETURN s {_PARTS} AS subject, r.property AS property, r.name AS name, o {_PARTS} AS object"
        )
        found = (await driver.execute_query(query, fact=fact, database_=database)).records
    if not found:
        raise WishError(f"the graph has no fact {fact!r} about an entity")
    row = found[0]
    target = row["object"]
    object_ = (
        _as_entity(target)
        if target["value"] is None
        else Literal_(value=target["value"], datatype=target["datatype"], unit=target["unit"] or "")
    )
    return _as_entity(row["subject"]), Predicate(id=row["property"], name=row["name"]), object_


def _as_entity(node: dict[str, Any]) -> Entity:
    more = {name: node[name] for name in ("office_of", "role")}
    return Entity(
        id=node["id"], name=node["name"], type=node["type"], class_=node["read_class"] or node["class"], **more
    )


def _relation(ontology: Ontology, said: str) -> Predicate:
    for relation in ontology.relations:
        if said in {relation.id, relation.name}:
            return Predicate(id=relation.id, name=relation.name)
    if said in HAPPENING_TYPES:
        return Predicate(id=said, name=said)
    raise WishError(f"the ontology has no relation {said!r}; name it by its id or name, as in `graph show`")


def _one_of(said: str, known: list[str], what: str) -> str:
    if said not in known:
        raise WishError(f"the ontology has no {what} {said!r}; it has {', '.join(sorted(known))}")
    return said
