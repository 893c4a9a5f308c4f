from dataclasses import replace
from datetime import UTC, datetime

import pytest

from inference.text.types import Span, TextExtraction, TextMention, TextRelation
from streams.messages.base import EntityLocation
from streams.messages.events import MAX_NAME, Article, Entity, Literal_, Passage, Spot
from streams.news import reading
from streams.news.media_items import media_items
from streams.news.reading import withdrawn
from streams.news.thresholds import Thresholds
from topology.ontology import EntityTypeSpec, Ontology, RelationSpec

ONTOLOGY = Ontology(
    entity_types=tuple(EntityTypeSpec(name=name) for name in ("person", "organization", "date")),
    relations=(
        RelationSpec(id="P169", name="chief executive officer", domain=("organization",), range=("person",)),
        RelationSpec(id="P571", name="inception", domain=("organization", "date"), range=("date",)),
        RelationSpec(id="P26", name="spouse", domain=("person",), range=("person",)),
    ),
)
WHEN = datetime(2026, 1, 2, tzinfo=UTC)
BODY = "Ada Orr runs Acme, founded in 1921. Ms Orr likes Acme."
ARTICLE = Article(id="a", headline="Acme", body=BODY, url="https://example.org/a", source="x", published_at=WHEN)


def mention(text: str, type_: str, name: str = "", field: str = "body") -> TextMention:
    start = (BODY if field == "body" else ARTICLE.headline).index(text)
    return TextMention(field, Span(start, start + len(text)), text, type_, name or text, 0.9)


ADA, ORR = mention("Ada Orr", "person"), mention("Ms Orr", "person", "Ada Orr")
ACME, YEAR = mention("Acme", "organization"), mention("1921", "date")
TITLE = mention("Acme", "organization", field="headline")


def extraction(*relations: TextRelation, mentions: tuple[TextMention, ...] = (ADA, ORR, ACME, YEAR, TITLE)):
    return TextExtraction("a", mentions, relations, "model", "7")


def read(article: Article, found: TextExtraction, ontology: Ontology, when: datetime, least: float):
    result = reading.read(article, found, ontology, when, Thresholds(least, 0.5, 0.5))
    return result.document, result.triples


def relation(subject: int, predicate: str, object_: int, score: float = 0.8) -> TextRelation:
    return TextRelation(subject, object_, predicate, "body", Span(0, 35), score)


def test_a_relation_becomes_a_triple_with_its_evidence() -> None:
    document, (triple,) = read(ARTICLE, extraction(relation(2, "P169", 0)), ONTOLOGY, WHEN, 0.5)
    assert (triple.subject, triple.object) == (Entity.of("Acme", "organization"), Entity.of("Ada Orr", "person"))
    assert (triple.predicate.id, triple.predicate.name, triple.confidence) == ("P169", "chief executive officer", 0.8)
    evidence = triple.evidence
    assert (evidence.document, evidence.revision, evidence.field) == ("a", document.revision, "body")
    for span in (evidence.sentence, evidence.subject, evidence.object):
        assert BODY[span.start : span.end] == span.text
    assert (evidence.subject.text, evidence.object.text) == ("Acme", "Ada Orr")
    assert (evidence.model, evidence.model_version, evidence.observed_at) == ("model", "7", WHEN)
    assert (document.id, document.triples) == ("a", 1)


@pytest.mark.parametrize(
    "other",
    [
        (ARTICLE.model_copy(update={"body": f"{BODY} "}), extraction(), ONTOLOGY, 0.5),
        (ARTICLE, replace(extraction(), model="other"), ONTOLOGY, 0.5),
        (ARTICLE, replace(extraction(), model_version="8"), ONTOLOGY, 0.5),
        (ARTICLE, extraction(), ONTOLOGY.model_copy(update={"relations": ONTOLOGY.relations[:2]}), 0.5),
        (ARTICLE, extraction(), ONTOLOGY, 0.6),
        (ARTICLE, replace(extraction(), added="other"), ONTOLOGY, 0.5),
    ],
    ids=["text", "model", "version", "ontology", "threshold", "added relations"],
)
def test_another_text_and_another_reader_are_other_revisions(other: tuple[Article, TextExtraction, Ontology, float]):
    article, found, ontology, threshold = other
    (first, _), (again, _) = (read(ARTICLE, extraction(), ONTOLOGY, when, 0.5) for when in (WHEN, WHEN.replace(day=3)))
    assert first.revision == again.revision
    assert read(article, found, ontology, WHEN, threshold)[0].revision != first.revision


def test_the_document_counts_entities_but_not_values() -> None:
    document, _ = read(ARTICLE, extraction(), ONTOLOGY, WHEN, 0.5)
    assert [(m.entity.name, m.count) for m in document.mentions] == [("Ada Orr", 2), ("Acme", 2)]


def test_a_date_is_a_literal_and_never_a_subject() -> None:
    _, triples = read(ARTICLE, extraction(relation(2, "P571", 3), relation(3, "P571", 3)), ONTOLOGY, WHEN, 0.5)
    assert [triple.object for triple in triples] == [Literal_(value="1921", datatype="xsd:gYear")]


def test_what_is_unsure_unknown_or_reflexive_is_left_out() -> None:
    left_out = (
        relation(2, "P169", 0, 0.49),
        relation(0, "P169", 2),
        relation(2, "P999", 0),
        relation(0, "P26", 1),
    )
    assert read(ARTICLE, extraction(*left_out), ONTOLOGY, WHEN, 0.5)[1] == []


def test_a_relation_read_by_its_description_has_passed_its_own_least_confidence() -> None:
    found = replace(
        extraction(relation(2, "P169", 0, 0.35), relation(0, "P26", 1, 0.35)), described=frozenset({"P169"})
    )
    assert [triple.predicate.id for triple in read(ARTICLE, found, ONTOLOGY, WHEN, 0.5)[1]] == ["P169"]


def test_who_is_syrian_is_of_syria() -> None:
    body = "The Syrian Ada Orr is Syrian."
    article = Article(id="s", body=body)
    syrian = TextMention("body", Span(4, 10), "Syrian", "misc", "Syrian", 0.9)
    ada = TextMention("body", Span(11, 18), "Ada Orr", "person", "Ada Orr", 0.9)
    ontology = Ontology(
        entity_types=tuple(EntityTypeSpec(name=name) for name in ("person", "location", "misc")),
        relations=(
            RelationSpec(id="P27", name="country of citizenship", domain=("person",), range=("location",)),
            RelationSpec(id="P172", name="ethnic group", domain=("person",), range=("misc",)),
        ),
    )
    found = extraction(relation(1, "P27", 0), relation(1, "P172", 0), mentions=(syrian, ada))
    document, triples = read(article, found, ontology, WHEN, 0.5)
    assert [t.object for t in triples] == [
        Entity.of("Syria", "location", EntityLocation(country="SY")),
        Entity.of("Syrian", "misc"),
    ]
    assert triples[0].evidence.object.text == "Syrian"
    assert [m.entity.name for m in document.mentions] == ["Syria", "Ada Orr"]


def test_a_triple_found_twice_is_given_once_with_its_best_confidence() -> None:
    found = extraction(relation(2, "P169", 0, 0.6), relation(2, "P169", 0, 0.9), relation(2, "P169", 0, 0.7))
    document, (triple,) = read(ARTICLE, found, ONTOLOGY, WHEN, 0.5)
    assert (triple.confidence, document.triples) == (0.9, 1)


def test_ids_do_not_depend_on_when_or_how_surely_it_was_read() -> None:
    first = read(ARTICLE, extraction(relation(2, "P169", 0, 0.6)), ONTOLOGY, WHEN, 0.5)[1]
    later = read(ARTICLE, extraction(relation(2, "P169", 0, 0.7)), ONTOLOGY, datetime.now(UTC), 0.5)[1]
    assert [triple.id for triple in first] == [triple.id for triple in later]


def test_a_name_of_absurd_length_is_no_entity() -> None:
    absurd = TextMention("body", Span(0, 3), "Ada", "person", "x" * (MAX_NAME + 1), 0.9)
    found = extraction(relation(1, "P169", 0), mentions=(absurd, ACME))
    document, triples = read(ARTICLE, found, ONTOLOGY, WHEN, 0.5)
    assert triples == []
    assert [m.entity.name for m in document.mentions] == ["Acme"]


def test_a_retraction_withdraws_and_states_nothing() -> None:
    document = withdrawn(Article(id="a", op="retract"), WHEN)
    assert (document.op, document.id, document.triples) == ("retract", "a", 0)


def test_media_carry_the_headline_and_what_headline_and_caption_name() -> None:
    pictured = {"uri": "https://example.org/1.jpg", "caption": "Ms Orr at work"}
    article = ARTICLE.model_copy(
        update={
            "media": Article.model_validate(
                {"id": "a", "body": "b", "media": [pictured, pictured, {"uri": "https://example.org/2.jpg"}]}
            ).media
        }
    )
    first, second = media_items(article, extraction())
    assert (first.uri, first.article, first.headline, first.caption) == (
        "https://example.org/1.jpg",
        "a",
        "Acme",
        "Ms Orr at work",
    )
    assert {m.entity.name for m in first.mentions} == {"Ada Orr", "Acme"}
    assert {m.entity.name for m in second.mentions} == {"Acme"}
    assert first.id != second.id
    assert read(article, extraction(), ONTOLOGY, WHEN, 0.5)[0].brings == (first.id, second.id)


def test_a_derived_article_tells_where_in_its_video_a_fact_was_said() -> None:
    said = Spot(media="m", begin=3, end=5.5)
    passages = (Passage(start=0, end=40, spot=said), Passage(start=40, end=60, spot=Spot(media="m", begin=6, end=7)))
    derived = ARTICLE.model_copy(update={"derived_from": "m", "passages": passages})
    document, (triple,) = read(derived, extraction(relation(2, "P169", 0)), ONTOLOGY, WHEN, 0.5)
    assert (document.derived_from, triple.evidence.spot) == ("m", said)
    (plain,) = read(ARTICLE, extraction(relation(2, "P169", 0)), ONTOLOGY, WHEN, 0.5)[1]
    assert (plain.fact, plain.evidence.spot) == (triple.fact, None)
    assert plain.evidence.revision != document.revision, "where it was heard is a part of the revision"


def test_a_place_is_published_with_its_country_and_coordinates() -> None:
    body = "Rain in Oslo, in Tyrena and in Norway."
    article = Article(id="a", headline="", body=body)
    places = tuple(
        TextMention("body", Span(at := body.index(name), at + len(name)), name, "location", name, 0.9)
        for name in ("Oslo", "Tyrena", "Norway")
    )
    document, _ = read(article, extraction(mentions=places), ONTOLOGY, WHEN, 0.5)
    oslo, tyrena, norway = (mention.entity for mention in document.mentions)
    assert oslo.location
    assert (oslo.location.country, round(oslo.location.latitude or 0)) == ("NO", 60)
    assert tyrena.location is None
    assert norway.location == EntityLocation(country="NO")
    assert oslo.id == Entity.of("Oslo", "location").id
