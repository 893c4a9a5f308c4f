from pathlib import Path

import pytest
import yaml

from topology.ontology import ROLES, OntologyError, load_ontology
from topology.settings import Settings

SMALL = {
    "entity_types": [{"name": "person"}, {"name": "organization"}],
    "relations": [{"id": "P108", "name": "employer", "domain": ["person"], "range": ["organization"]}],
}


def write(tmp_path: Path, content: dict) -> Path:
    path = tmp_path / "ontology.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def test_the_shipped_ontology_has_the_relations_of_the_news():
    ontology = load_ontology(Settings().ontology)
    assert len(ontology.relations) >= 40
    assert ontology.by_id["P169"].graph_type == "CHIEF_EXECUTIVE_OFFICER"
    assert ontology.allows("organization", "P169", "person")
    assert not ontology.allows("person", "P169", "organization")
    assert all(relation.description for relation in ontology.relations)


def test_an_unknown_relation_is_not_allowed(tmp_path):
    assert not load_ontology(write(tmp_path, SMALL)).allows("person", "P1", "person")


def test_a_relationship_type_has_only_letters_digits_and_underscores(tmp_path):
    odd = SMALL | {"relations": [SMALL["relations"][0] | {"name": "says `x`]-() // of: 2nd"}]}
    assert load_ontology(write(tmp_path, odd)).relations[0].graph_type == "SAYS_X_OF_2ND"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"relations": SMALL["relations"] * 2}, "relation id given twice: P108"),
        ({"relations": [SMALL["relations"][0] | {"domain": ["persn"]}]}, "unknown entity types: persn"),
        ({"relations": [SMALL["relations"][0] | {"rnage": []}]}, "rnage"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path, change, reason):
    with pytest.raises(OntologyError, match=reason):
        load_ontology(write(tmp_path, SMALL | change))


def test_a_missing_or_broken_file_is_named(tmp_path):
    with pytest.raises(OntologyError, match="no-such-file"):
        load_ontology(tmp_path / "no-such-file")
    (tmp_path / "bad.yaml").write_text("relations: [")
    with pytest.raises(OntologyError, match=r"bad\.yaml"):
        load_ontology(tmp_path / "bad.yaml")


def test_a_language_sees_what_its_model_reads():
    ontology = load_ontology(Settings().ontology)
    assert "competitor" in ontology.by_id
    assert "competitor" in ontology.for_language("zh").by_id
    assert "competitor" not in ontology.for_language("en").by_id
    assert ontology.for_language("en").allows("organization", "P169", "person")


def test_a_text_names_nothing_that_is_only_seen():
    whole = load_ontology(Settings().ontology)
    text = whole.for_language("en")
    seen = {t.name for t in whole.entity_types if t.seen}
    assert seen == {"object", "media"}
    assert seen.isdisjoint(t.name for t in text.entity_types)
    assert whole.allows("person", "depicted_in", "media")
    assert "depicted_in" not in text.by_id
    assert whole.allows("object", "P463", "organization")
    assert not text.allows("object", "P463", "organization")
    assert text.allows("person", "P463", "organization")


ATTACK = {
    "id": "attack",
    "description": "violence",
    "wikidata": ["Q1"],
    "roles": [
        {"role": "who", "name": "perpetrator", "types": ["person", "organization"], "property": "P8031"},
        {"role": "killed", "name": "deaths", "types": ["quantity"], "number": True},
    ],
}
HAPPENS = SMALL | {"entity_types": [*SMALL["entity_types"], {"name": "quantity"}], "happenings": [ATTACK]}


def attack(**changes) -> dict:
    return {"happenings": [ATTACK | changes]}


def test_the_shipped_ontology_has_the_happenings_of_the_news():
    ontology = load_ontology(Settings().ontology)
    assert len(ontology.happenings) == 30
    assert all(happening.description and happening.roles for happening in ontology.happenings)
    attack = ontology.happening_by_id["attack"]
    assert attack.title == "attack"
    who = attack.by_role["who"]
    assert (who.name, who.property) == ("perpetrator", "P8031")
    for happening in ontology.happenings:
        for role in happening.roles:
            assert role.number is (role.types == ("quantity",)), (happening.id, role.role)
        assert [role.role for role in happening.roles] == [r for r in ROLES if r in happening.by_role]


def test_a_role_lists_what_fills_it_in_any_class(tmp_path):
    ontology = load_ontology(write(tmp_path, HAPPENS))
    assert ontology.fillers("who") == {"person", "organization"}
    assert ontology.fillers("with") == frozenset()


def test_an_ontology_without_happenings_has_none(tmp_path):
    assert load_ontology(write(tmp_path, SMALL)).happenings == ()


@pytest.mark.parametrize(
    "change",
    [
        {"threshold": 0.4},
        {"roles": [ATTACK["roles"][0] | {"threshold": 0.4}]},
        {"facts": [{"subject": "who", "relation": "P108", "object": "who"}]},
        {"description": "violence of any kind"},
    ],
)
def test_another_happening_is_another_digest(tmp_path, change):
    (tmp_path / "a").mkdir()
    one, other = (
        load_ontology(write(tmp_path, HAPPENS)),
        load_ontology(write(tmp_path / "a", HAPPENS | attack(**change))),
    )
    assert one.digest != other.digest


def test_thresholds_are_the_file_s_or_the_setting_s(tmp_path):
    sure = attack(threshold=0.8, roles=[ATTACK["roles"][0] | {"threshold": 0.0}, ATTACK["roles"][1]])
    happening = load_ontology(write(tmp_path, HAPPENS | sure)).happening_by_id["attack"]
    assert (happening.least(0.5), happening.by_role["who"].least(0.5), happening.by_role["killed"].least(0.5)) == (
        0.8,
        0.0,
        0.5,
    )


HIRING = {
    "id": "hiring",
    "roles": [
        {"role": "who", "name": "employer", "types": ["organization"]},
        {"role": "whom", "name": "employee", "types": ["person", "quantity"]},
        {"role": "with", "name": "agent", "types": ["object"]},
    ],
}
EMPLOYS = {"subject": "whom", "relation": "P108", "object": "who"}
HIRES = SMALL | {
    "entity_types": [*SMALL["entity_types"], {"name": "quantity"}, {"name": "object", "seen": True}],
    "happenings": [HIRING | {"facts": [EMPLOYS]}],
}


def hiring(**changes) -> dict:
    return {"happenings": [HIRING | {"facts": [EMPLOYS | changes]}]}


def test_facts_of_a_language_are_those_of_its_relations_and_roles(tmp_path):
    content = HIRES | hiring(without=["with"], unless=["fire"], whole=True)
    (rule,) = load_ontology(write(tmp_path, content)).for_language("en").happenings[0].facts
    assert (rule.subject, rule.relation, rule.object, rule.without) == ("whom", "P108", "who", ())
    assert (rule.modality, rule.unless, rule.whole) == ("asserted", ("fire",), True)
    (tmp_path / "zh").mkdir()
    chinese = {"relations": [SMALL["relations"][0] | {"languages": ["zh"]}]}
    assert load_ontology(write(tmp_path / "zh", HIRES | chinese)).for_language("en").happenings[0].facts == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (hiring(subject="where"), "a fact of P108 needs roles it has not: where"),
        (hiring(without=["when"]), "a fact of P108 needs roles it has not: when"),
        (hiring(relation="P1"), "a fact of an unknown relation: P1"),
        (hiring(subject="who"), "no type of who can stand in P108, which takes person"),
        (hiring(object="whom"), "no type of whom can stand in P108, which takes organization"),
        (hiring(modality="past"), "a fact of P108 never ends, so it cannot be past"),
        (hiring(modality="planned"), "modality"),
        (hiring(unless=["Fire!"]), "unless"),
        ({"happenings": [HIRING | {"threshold": 2}]}, "threshold"),
    ],
)
def test_a_mistake_in_what_follows_is_named(tmp_path, change, reason):
    with pytest.raises(OntologyError, match=reason):
        load_ontology(write(tmp_path, HIRES | change))


def test_every_class_of_the_shipped_ontology_that_has_facts_keeps_them_in_english():
    ontology = load_ontology(Settings().ontology)
    english = ontology.for_language("en")
    assert sum(len(h.facts) for h in ontology.happenings) >= 15
    assert [len(h.facts) for h in english.happenings] == [len(h.facts) for h in ontology.happenings]


def test_no_happening_in_a_text_has_what_is_only_seen(tmp_path):
    seen = [*HAPPENS["entity_types"], {"name": "object", "seen": True}]
    who = ATTACK["roles"][0] | {"types": ["person", "object"]}
    only_seen = {"role": "with", "name": "weapon", "types": ["object"]}
    content = HAPPENS | {"entity_types": seen} | attack(roles=[who, only_seen])
    (happening,) = load_ontology(write(tmp_path, content)).for_language("en").happenings
    assert [(role.role, role.types) for role in happening.roles] == [("who", ("person",))]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"happenings": [ATTACK, ATTACK]}, "happening id given twice: attack"),
        (attack(id="Attack!"), "id"),
        (attack(kind="x"), "kind"),
        (attack(wikidata=["attack"]), "wikidata"),
        (attack(roles=ATTACK["roles"] * 2), "attack has a role twice: killed, who"),
        (attack(roles=[ATTACK["roles"][0] | {"role": "whose"}]), "role"),
        (attack(roles=[ATTACK["roles"][0] | {"types": ["persn"]}]), "unknown entity types for who: persn"),
        (attack(roles=[ATTACK["roles"][0] | {"types": []}]), "types"),
        (attack(roles=[ATTACK["roles"][0] | {"number": True}]), "who is a number"),
        (attack(roles=[ATTACK["roles"][0] | {"property": "perpetrator"}]), "property"),
        (attack(roles=[ATTACK["roles"][0] | {"wikidata": "P1"}]), "wikidata"),
        ({"entity_types": [*HAPPENS["entity_types"], {"name": "happening"}]}, "may be called happening"),
    ],
)
def test_a_mistake_in_a_happening_is_named(tmp_path, change, reason):
    with pytest.raises(OntologyError, match=reason):
        load_ontology(write(tmp_path, HAPPENS | change))
