"""Exports of a real graph: what is in them as of which time, that they repeat, and that others read them."""

import asyncio
import io
import os
import sys

import pytest
import rdflib

from streams.exports import cypher
from streams.exports.csv_files import CsvWriter
from streams.exports.graphml import GraphMlWriter
from streams.exports.iris import Iris
from streams.exports.jsonld import JsonLdWriter
from streams.exports.reading import WholeGraph
from streams.exports.records import EntityRecord, EvidenceRecord, FactRecord
from streams.exports.turtle import TurtleWriter
from streams.messages.events import Entity, Identity, Literal_, Predicate
from tests.streams.sink.happening_sample import FIRST, SECOND, attack, in_story
from tests.streams.sink.sample import APPLE, TIM, TOPIC, at, document, merged, retraction, row, triple, worded
from topology.local.stack import environment

pytestmark = pytest.mark.live

ANN = Entity.of("Ann Lee", "person")
INC = Entity.of("Apple Inc", "organization")
FOUNDED = Literal_(value="1976-04", datatype="xsd:gYearMonth")
SEVEN = Literal_(value="7", datatype="xsd:decimal", unit="people")
DAY = 24 * 60
IRIS = Iris("https://example.org/graph/")
NAMESPACES = {"tw": rdflib.Namespace("urn:triplewire:vocabulary#"), "prov": rdflib.PROV, "rdf": rdflib.RDF}


@pytest.fixture
async def graph(driver, writer):
    """An office that changes hands, under two names; a plan; a withdrawn fact; numbers; an attack with its story."""
    events = []
    for holder, first, words in ((TIM, 0, "Apple is led by Tim Cook"), (ANN, 10 * DAY, "Ann Lee leads Apple")):
        for n in range(3):
            said = triple(f"{holder.name} {n}", object_=holder, observed=first + n, confidence=0.9)
            events.append(document(f"{holder.name} {n}", observed=first + n, source="Desk"))
            events.append(worded(said, f'{words}, "{n}".\n'))
    events += [
        merged(INC, APPLE),
        Identity(id=APPLE.id, entity=APPLE, wikidata="Q312"),
        document("i", observed=11 * DAY),
        worded(triple("i", subject=INC, object_=ANN, observed=11 * DAY), "Apple Inc has Ann Lee."),
        document("p", observed=DAY),
        triple("p", modality="planned", object_=ANN, observed=DAY, since="2027-01", attributed_to=TIM),
        document("w"),
        triple("w", subject=TIM, predicate=Predicate(id="P27", name="country"), object_=INC),
        retraction("w", observed=5),
        document("n"),
        triple("n", predicate=Predicate(id="P571", name="inception"), object_=FOUNDED),
        triple("n", predicate=Predicate(id="P1128", name="employees"), object_=SEVEN, start=9),
        triple("n", predicate=Predicate(id="X1", name="unheard of"), object_=TIM, since="2019", start=2),
        *attack(),
        merged(SECOND, FIRST, "happening"),
        in_story(FIRST, "s-1"),
        in_story(SECOND, "s-1"),
    ]
    await writer.write([((TOPIC, 0, offset), row(event)) for offset, event in enumerate(events)])
    return driver


async def records(driver, **options):
    return [record async for record in WholeGraph(driver, **options).records()]


def written(make, records):
    out = io.StringIO(newline="")
    writer = make(out)
    for record in records:
        writer.write(record)
    writer.close()
    return out.getvalue()


def turtle(out):
    return TurtleWriter(out, IRIS)


def jsonld(out):
    return JsonLdWriter(out, IRIS)


def read(text, format_="turtle"):
    return rdflib.Graph().parse(data=text, format=format_)


async def exported(driver, **options):
    return read(written(turtle, await records(driver, **options)))


def entity(one):
    return rdflib.URIRef(IRIS.of("entity", one.id))


def led_by(graph):
    return {str(one) for one in graph.objects(entity(APPLE), rdflib.URIRef(IRIS.relation("P169")))}


async def test_two_exports_are_equal_whatever_the_size_of_a_page_and_both_forms_of_rdf_say_the_same(graph):
    once, again = await records(graph), await records(graph, page=2, pieces=1)
    for make in (turtle, jsonld, GraphMlWriter, lambda out: CsvWriter(out, out)):
        assert written(make, once) == written(make, again)
    one, other = read(written(turtle, once)), read(written(jsonld, once), "json-ld")
    assert set(one) == set(other)
    assert len(one) > 300


async def test_facts_hold_as_of_a_time_and_under_the_entity_that_their_names_stand_for(graph):
    now = await exported(graph)
    assert led_by(now) == {str(entity(ANN))}
    assert led_by(await exported(graph, at=at(5 * DAY))) == {str(entity(TIM))}
    assert led_by(await exported(graph, at=at(-DAY))) == set()
    said = {str(o) for o in now.objects()}
    assert not any("P27" in term for term in map(str, now.predicates()))  # it was withdrawn
    assert {"1976-04", "http://www.wikidata.org/entity/Q312", "Apple Inc", "The war"} <= said
    assert str(entity(INC)) not in {str(s) for s in now.subjects()}
    ended = await exported(graph, ended=True)
    assert led_by(ended) == {str(entity(ANN))}
    standing = [str(one) for one in ended.objects(predicate=NAMESPACES["tw"].standing)]
    assert standing.count("closed") == 1


async def test_a_statement_has_its_dates_as_they_are_stated_its_sentences_and_their_articles(graph):
    now = await exported(graph)
    found = now.query(
        """
        SELECT ?since ?sentence ?headline WHERE {
          ?fact rdf:predicate ?p; tw:since ?since; prov:wasDerivedFrom ?piece.
          ?piece prov:value ?sentence; prov:wasQuotedFrom ?article.
          ?article <https://schema.org/headline> ?headline
        } ORDER BY ?sentence
        """,
        initNs=NAMESPACES,
        initBindings={"p": rdflib.URIRef(IRIS.relation("X1"))},
    )
    ((since, sentence, headline),) = found
    assert (str(since), since.datatype) == ("2019", rdflib.XSD.gYear)
    assert (str(sentence), str(headline)) == ("Apple is led by Tim Cook, 65.", "n 1")
    found = now.query(
        "SELECT ?modality ?since ?by WHERE { ?c a tw:Claim; tw:modality ?modality; prov:wasDerivedFrom ?e. "
        "?e tw:since ?since; tw:attributedTo ?by }",
        initNs=NAMESPACES,
    )
    ((modality, since, by),) = found
    assert (str(modality), str(since), since.datatype) == ("planned", "2027-01", rdflib.XSD.gYearMonth)
    assert by == entity(TIM)


async def test_what_happened_is_one_happening_with_what_all_of_its_reports_say(graph, writer):
    now = await exported(graph)
    top = entity(FIRST)
    killed = {str(one) for one in now.objects(top, rdflib.URIRef(IRIS.relation("killed")))}
    assert len(killed) == 2
    assert rdflib.URIRef(IRIS.of("story", "s-1")) in set(now.objects(top, rdflib.DCTERMS.isPartOf))
    assert not list(now.predicate_objects(entity(SECOND)))
    before = await exported(graph, at=at(0.5 * DAY))
    assert len(set(before.objects(top, rdflib.URIRef(IRIS.relation("killed"))))) == 1
    # Its first report stands for it, even when nobody vouches for that any more.
    await writer.write([((TOPIC, 0, 10_000), row(retraction("r", observed=10 * DAY)))])
    now = await exported(graph)
    assert now.value(top, rdflib.RDFS.label)
    assert len(set(now.objects(top, rdflib.URIRef(IRIS.relation("killed"))))) == 1


async def test_every_page_is_read_in_the_order_of_an_index(graph):
    types = [row["type"] for row in (await graph.execute_query(cypher.TYPES)).records]
    facts = [type_ for type_ in types if type_ not in cypher.NO_FACTS]
    statements = [cypher.ENTITIES, cypher.VALUES, cypher.ARTICLES, cypher.ITEMS, cypher.STORIES, cypher.CLAIMS]
    statements += [cypher.facts(type_, then=True, ended=False) for type_ in facts[:2]]
    for statement in statements:
        asked = {"after": "", "limit": 500, "pieces": 20, "at": at(0)}
        plan = (await graph.execute_query(f"EXPLAIN {statement}", asked)).summary.plan
        seek, above = leaf(plan)
        assert "IndexSeekByRange" in seek, statement
        assert not any(name.startswith(("Sort", "Top")) for name in above), (above, statement)


def leaf(plan):
    """Returns the operator that finds a page's rows, and those that work on them."""
    above = []
    while plan.get("children"):
        above.append(plan["operatorType"])
        plan = plan["children"][0]
    return plan["operatorType"], above


async def test_evidence_follows_its_fact_and_progress_ends_with_all(graph):
    seen, steps = [], []
    async for record in WholeGraph(graph, pieces=1).records(lambda done, total: steps.append((done, total))):
        if isinstance(record, FactRecord):
            seen.append([record.id, record.count])
        elif isinstance(record, EvidenceRecord):
            assert record.fact == seen[-1][0]
            seen[-1][1] -= 1
        elif isinstance(record, EntityRecord):
            assert not seen
    assert len(seen) > 10
    assert {left for _, left in seen} == {0}
    assert steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1]


async def test_n10s_reads_the_turtle_and_says_the_same(graph):
    text = written(turtle, await records(graph))
    await graph.execute_query("MATCH (n) DETACH DELETE n")
    await graph.execute_query(
        "CREATE CONSTRAINT n10s_unique_uri IF NOT EXISTS FOR (r:Resource) REQUIRE r.uri IS UNIQUE"
    )
    try:
        config = {"handleMultival": "ARRAY", "keepCustomDataTypes": True}
        await graph.execute_query("CALL n10s.graphconfig.init($config)", config=config)
        (loaded,) = (await graph.execute_query("CALL n10s.rdf.import.inline($text, 'Turtle')", text=text)).records
        assert (loaded["terminationStatus"], loaded["extraInfo"]) == ("OK", "")
        everything = "MATCH (n:Resource) OPTIONAL MATCH (n)-[r]->(m) RETURN n, r, m"
        back = (await graph.execute_query("CALL n10s.rdf.export.cypher($q)", q=everything)).records
    finally:
        await graph.execute_query("MATCH (n) DETACH DELETE n")
        await graph.execute_query("DROP CONSTRAINT n10s_unique_uri")
    links = {(row["subject"], row["predicate"], row["object"]) for row in back if not row["isLiteral"]}
    texts = {(row["subject"], row["predicate"], row["object"]) for row in back if row["isLiteral"]}
    ours = read(text)
    assert links == {tuple(map(str, one)) for one in ours if isinstance(one[2], rdflib.URIRef)}
    assert texts >= {
        tuple(map(str, one)) for one in ours if isinstance(one[2], rdflib.Literal) and one[2].datatype is None
    }


@pytest.mark.usefixtures("graph")
async def test_the_command_writes_a_whole_file_and_says_what_is_in_it(neo4j, tmp_path):
    file = tmp_path / "graph.ttl"
    command = [sys.executable, "-c", "from topology.cli import app; app()", "graph", "export", "--format", "turtle"]
    process = await asyncio.create_subprocess_exec(
        *command, "--at", "2026-03-06", "--output", str(file), env=os.environ | environment(neo4j),
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await process.communicate()
    assert process.returncode == 0, said
    written = rdflib.Graph().parse(file, format="turtle")
    assert rdflib.URIRef(f"urn:triplewire:entity/{TIM.id}") in set(written.objects())
    assert b"facts and claims" in said
    assert list(tmp_path.iterdir()) == [file]
