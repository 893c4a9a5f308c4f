"""What is written is read again by others' parsers, whatever the texts consist of."""

import csv
import io
import json
from xml.etree import ElementTree as ET

import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st

from streams.exports.csv_files import CsvWriter
from streams.exports.graphml import GraphMlWriter
from streams.exports.iris import BaseError, Iris
from streams.exports.jsonld import JsonLdWriter
from streams.exports.turtle import TurtleWriter
from tests.streams.exports.sample_records import every_kind

BASE = "https://example.org/graph/"
TW = "urn:triplewire:vocabulary#"
WDT = "http://www.wikidata.org/prop/direct/"
HOSTILE = 'a"b\\c\r\nd\te\x00\x0b\x7f<x>&amp;]]> ;,|{}^`%20 /../#?\u2028\ufffe\U0001f600 "@en .'
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


def written(writer, records):
    out = io.StringIO(newline="")
    used = writer(out)
    for record in records:
        used.write(record)
    used.close()
    return out.getvalue()


def turtle(records, base=BASE):
    return written(lambda out: TurtleWriter(out, Iris(base)), records)


def jsonld(records, base=BASE):
    return written(lambda out: JsonLdWriter(out, Iris(base)), records)


def parsed(text, format_):
    graph = rdflib.Graph()
    graph.parse(data=text, format=format_)
    return graph


def graphml(records):
    return ET.fromstring(written(GraphMlWriter, records))  # noqa: S314  # our own output


def tables(records):
    files = io.StringIO(newline=""), io.StringIO(newline="")
    writer = CsvWriter(*files)
    for record in records:
        writer.write(record)
    return [list(csv.DictReader(io.StringIO(file.getvalue(), newline=""), strict=True)) for file in files]


@settings(max_examples=25)
@given(TEXTS)
@example(HOSTILE)
@example("urn:x:y")
@example("entity:e-1")
def test_turtle_and_json_ld_say_the_same_and_no_text_is_changed(words):
    records = every_kind(words)
    one, other = parsed(turtle(records), "turtle"), parsed(jsonld(records), "json-ld")
    assert set(one) == set(other)
    iris = {term for triple in one for term in triple if isinstance(term, rdflib.URIRef)}
    assert all(iri.isascii() and not set(iri) & set(' <>"{}|\\^`') for iri in iris)
    article = rdflib.URIRef(Iris(BASE).of("article", words))
    assert str(one.value(article, rdflib.URIRef("https://schema.org/headline"))) == words


@settings(max_examples=25)
@given(TEXTS)
@example(HOSTILE)
def test_graphml_and_csv_have_every_node_and_relationship_with_its_texts(words):
    records = every_kind(words)
    root = graphml(records)
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    nodes, edges = (root.findall(f".//g:{name}", space) for name in ("node", "edge"))
    rows, relationships = tables(records)
    assert [node.get("id") for node in nodes] == [row[":ID"] for row in rows]
    assert [(e.get("source"), e.get("target")) for e in edges] == [
        (row[":START_ID"], row[":END_ID"]) for row in relationships
    ]
    assert len({row[":ID"] for row in rows}) == len(rows) == 11
    ids = {row[":ID"] for row in rows}
    assert all(row[":START_ID"] in ids and row[":END_ID"] in ids for row in relationships)
    assert next(row["headline"] for row in rows if row[":LABEL"] == "Article") == words
    assert [row["confirmed_by"] for row in relationships if row["confirmed_by"]] == [words]
    texts = {data.text for node in nodes for data in node.findall("g:data", space)}
    carried = "".join(c if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff") else "\ufffd" for c in words)
    assert carried in texts


def test_a_fact_that_holds_is_a_triple_and_every_fact_and_claim_a_statement_with_its_provenance():
    graph = parsed(turtle(every_kind("Tim")), "turtle")
    apple, tim = (rdflib.URIRef(f"{BASE}entity/e-{n}") for n in (1, 2))
    assert (apple, rdflib.URIRef(f"{WDT}P169"), tim) in graph
    assert not list(graph.predicates(apple, rdflib.Literal("2026-05", datatype=rdflib.XSD.gYearMonth)))
    (row,) = graph.query(
        """
        PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX tw: <urn:triplewire:vocabulary#>
        SELECT ?sentence ?since ?article ?agent WHERE {
          ?fact a tw:Fact; rdf:subject ?s; rdf:predicate ?p; rdf:object ?o; tw:since ?since;
            prov:wasDerivedFrom ?piece.
          ?piece prov:value ?sentence; prov:wasQuotedFrom ?article; prov:wasAttributedTo ?agent.
          ?agent a prov:SoftwareAgent. ?s ?p ?o }
        """
    )
    assert tuple(map(str, row)) == ("Tim", "2019", f"{BASE}article/Tim", f"{BASE}model/Tim/Tim")
    assert row.since.datatype == rdflib.XSD.gYear
    fact = rdflib.URIRef(f"{BASE}fact/f-1")
    confirmed = [str(graph.value(fact, rdflib.URIRef(f"{TW}confirmed{name}"))) for name in ("By", "Because", "At")]
    assert confirmed == ["Tim", "Tim", "2026-05-04T09:30:00+00:00"]
    claim = rdflib.URIRef(f"{BASE}fact/c-1")
    assert str(graph.value(claim, rdflib.URIRef(f"{TW}modality"))) == "denied"
    assert graph.value(claim, rdflib.URIRef(f"{TW}about")) == rdflib.URIRef(f"{BASE}fact/f-1")


def test_values_have_the_precision_and_unit_that_they_were_given_with_and_false_dates_are_texts():
    graph = parsed(turtle(every_kind("Tim")), "turtle")
    said = {str(o): o.datatype for o in graph.objects() if isinstance(o, rdflib.Literal)}
    assert said["2026-05"] == rdflib.XSD.gYearMonth
    assert "2026-02-31" not in said
    width = rdflib.URIRef(f"{BASE}value/l-1")
    assert (rdflib.URIRef(f"{BASE}media/Tim"), rdflib.URIRef(f"{WDT}P2049"), width) in graph
    assert str(graph.value(width, rdflib.URIRef("https://schema.org/unitText"))) == "px"
    same = graph.value(rdflib.URIRef(f"{BASE}entity/e-1"), rdflib.OWL.sameAs)
    assert str(same) == "http://www.wikidata.org/entity/Q312"


@pytest.mark.parametrize(
    "base", ["", "graph/", "https://example.org/graph", "https://a b/", "urn:x:<", "wd:x/", "entity:"]
)
def test_a_base_that_makes_no_iris_is_refused(base):
    with pytest.raises(BaseError, match="TRIPLEWIRE_EXPORT_BASE"):
        Iris(base)


@pytest.mark.parametrize("base", ["urn:triplewire:", "https://example.org/graph#", "http://www.wikidata.org/"])
def test_any_other_base_gives_one_graph_in_both_formats(base):
    records = every_kind("Tim Cook & Söhne")
    assert set(parsed(turtle(records, base), "turtle")) == set(parsed(jsonld(records, base), "json-ld"))


def test_json_ld_has_a_line_for_each_resource_and_needs_nothing_from_elsewhere():
    text = jsonld(every_kind("Tim"))
    document = json.loads(text)
    assert all(isinstance(iri, str) for iri in document["@context"].values())
    assert len(text.splitlines()) == len(document["@graph"]) + 3


def test_different_ids_have_different_keys_and_iris():
    ids = ["a b", "a_20_b", "a%20b", "a/b", "A b", "ä"]
    made = [Iris(BASE).of("article", id_) for id_ in ids]
    assert len(set(made)) == len(ids)
    assert Iris(BASE).of("model", "a/b", "c") != Iris(BASE).of("model", "a", "b/c")
    records = [record for id_ in ids for record in every_kind(id_)[7:8]]
    rows, _ = tables(records)
    assert len({row[":ID"] for row in rows}) == len(ids)
