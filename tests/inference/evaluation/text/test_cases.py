"""The small cases: they can be read, and what is found in them is judged fairly."""

from dataclasses import replace

import pytest

from inference.evaluation.text.small.cases import Case, cases, faults
from streams.messages import events
from tests.topology.contract.samples import EVIDENCE
from topology.ontology import load_ontology
from topology.settings import settings

ONTOLOGY = load_ontology(settings().ontology)
ARTICLE = events.Article(id="a-1", headline="Acme", body="Acme.")
CASE = Case(
    "a", "a kind", True, ARTICLE, ("Acme Mills | owned by | Ann Lee",), ("Acme Mills | owned by | Bo Moe",), (), False
)


def fact(subject: str, relation: str, object_: str, **said: object) -> events.Triple:
    predicate = events.Predicate(id=relation, name=ONTOLOGY.by_id[relation].name, wikidata=relation)
    ends = (events.Entity.of(name, "organization") for name in (subject, object_))
    one, other = ends
    return events.Triple.of(one, predicate, other, 0.9, EVIDENCE, **said)


def test_every_case_has_an_id_of_its_own_and_relations_that_exist() -> None:
    chosen = cases()
    assert len({case.id for case in chosen}) == len(chosen)
    names = {relation.name for relation in ONTOLOGY.relations}
    for case in chosen:
        stated = [*case.must, *case.must_not, *case.over]
        assert stated, case.id
        assert {one.split(" | ")[1] for one in stated} <= names, case.id


@pytest.mark.parametrize(
    ("triples", "found"),
    [
        ([fact("Acme Mills", "P127", "Ann Lee")], []),
        ([fact("The Acme Mills", "P127", "Dr. Ann Lee")], []),
        ([], ["missed: Acme Mills | owned by | Ann Lee"]),
        ([fact("Acme Mills", "P127", "Ann Lee", modality="denied")], ["missed: Acme Mills | owned by | Ann Lee"]),
        (
            [fact("Acme Mills", "P127", "Ann Lee"), fact("Acme Mills", "P127", "Bo Moe")],
            ["said: Acme Mills | owned by | Bo Moe"],
        ),
        ([fact("Acme Mills", "P127", "Ann Lee"), fact("Acme Mills", "P127", "Bo Moe", modality="possible")], []),
    ],
)
def test_what_is_wrong_with_a_reading(triples: list[events.Triple], found: list[str]) -> None:
    assert faults(CASE, triples, ONTOLOGY) == found


def test_what_is_over_may_be_said_but_not_to_hold() -> None:
    case = replace(CASE, must=(), must_not=(), over=("Acme Mills | owned by | Ann Lee",))
    assert faults(case, [fact("Acme Mills", "P127", "Ann Lee", modality="past")], ONTOLOGY) == []
    assert faults(case, [fact("Acme Mills", "P127", "Ann Lee")], ONTOLOGY) == ["holds: Acme Mills | owned by | Ann Lee"]


def test_a_relation_read_from_its_other_end_counts() -> None:
    case = replace(CASE, must=("Acme | parent organization | Beta",), must_not=())
    assert faults(case, [fact("Beta", "P355", "Acme")], ONTOLOGY) == []


def test_a_name_that_must_be_exact_is_no_part_of_another() -> None:
    assert faults(replace(CASE, exact=True), [fact("Acme", "P127", "Ann Lee")], ONTOLOGY) != []
    assert faults(CASE, [fact("Acme", "P127", "Ann Lee")], ONTOLOGY) == []
