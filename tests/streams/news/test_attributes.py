from datetime import UTC, datetime

import pytest

from inference.text.types import Span, TextExtraction, TextMention
from streams.messages.events import Article, Literal_, Triple
from streams.news.attributes import attributes_of
from streams.news.evidence import ArticleEvidence
from streams.news.values import listed, literal, values_of

BODY = "GENEVA (AP) — On Monday 3,000 troops left. The firm, founded on 3 March 1921, paid $3.2 billion."
ARTICLE = Article(
    id="a", headline="Troops leave", body=BODY, author="By Jane Doe", published_at=datetime(2025, 3, 12, tzinfo=UTC)
)


def mention(text: str, type_: str, body: str = BODY) -> TextMention:
    start = body.index(text)
    return TextMention("body", Span(start, start + len(text)), text, type_, text, 0.9)


def test_values_are_listed_with_their_places() -> None:
    values = listed(ARTICLE, values_of(ARTICLE, "en"))
    assert [(v.where.text, v.value.value, v.value.datatype, v.value.unit) for v in values] == [
        ("Monday", "2025-03-10", "xsd:date", ""),
        ("3,000 troops", "3000", "xsd:decimal", "troops"),
        ("3 March 1921", "1921-03-03", "xsd:date", ""),
        ("$3.2 billion", "3200000000", "xsd:decimal", "USD"),
    ]
    assert all(BODY[v.where.start : v.where.end] == v.where.text for v in values)


@pytest.mark.parametrize(
    ("text", "type_", "expected"),
    [
        ("3 March 1921", "date", Literal_(value="1921-03-03", datatype="xsd:date")),
        ("March 1921", "date", Literal_(value="1921-03-03", datatype="xsd:date")),
        ("Monday", "date", Literal_(value="2025-03-10", datatype="xsd:date")),
        ("$3.2 billion", "quantity", Literal_(value="3200000000", datatype="xsd:decimal", unit="USD")),
        ("3,000", "date", Literal_(value="3,000")),
        ("Monday 3,000", "date", Literal_(value="Monday 3,000")),
        ("Geneva", "date", Literal_(value="Geneva")),
    ],
)
def test_an_object_is_typed_where_it_means_one_thing(text: str, type_: str, expected: Literal_) -> None:
    body = BODY.replace("GENEVA", "Geneva")
    article = ARTICLE.model_copy(update={"body": body})
    assert literal(mention(text, type_, body), values_of(article, "en")) == expected


def test_an_article_s_attributes_are_about_the_article_itself() -> None:
    attributes = attributes_of(TextExtraction("a"), ArticleEvidence(ARTICLE, "r", datetime.now(UTC)))
    author, origin = attributes.triples
    assert attributes.place == "Geneva"
    for triple, predicate, field in ((author, "P50", "author"), (origin, "P1071", "body")):
        assert (triple.kind, triple.subject.id, triple.subject.type) == ("attribute", "a", "article")
        assert (triple.predicate.id, triple.evidence.field) == (predicate, field)
        span = triple.evidence.object
        assert getattr(ARTICLE, field)[span.start : span.end] == span.text
    assert [t.object.name for t in (author, origin)] == ["Jane Doe", "Geneva"]
    again = attributes_of(TextExtraction("a"), ArticleEvidence(ARTICLE, "r", datetime(2030, 1, 1, tzinfo=UTC)))
    assert [t.id for t in again.triples] == [author.id, origin.id]


def test_without_a_dateline_it_plays_where_all_its_places_are_one() -> None:
    body = "Rain fell in Lima. Roads in Lima were closed."
    evidence = ArticleEvidence(Article(id="b", headline="Rain", body=body), "r", datetime.now(UTC))

    def place_of(*mentions: TextMention) -> tuple[str, list[Triple]]:
        found = attributes_of(TextExtraction("b", mentions), evidence)
        return found.place, found.triples

    lima = mention("Lima", "location", body)
    assert place_of(lima, lima) == ("Lima", [])
    other = TextMention("body", Span(0, 4), "Rain", "location", "Cusco", 0.9)
    assert place_of(lima, other) == ("", [])
    assert place_of() == ("", [])


def test_languages_nobody_taught_it_have_no_values() -> None:
    assert listed(ARTICLE, values_of(ARTICLE, "fr")) == ()


def test_tags_state_no_values_and_hide_no_dateline() -> None:
    body = '<p>By <b>Jane Doe</b></p>\n<p>GENEVA (AP) &mdash; <img width="300"/>On 3 March 1921 it rained.</p>'
    article = ARTICLE.model_copy(update={"body": body})
    attributes = attributes_of(TextExtraction("a"), ArticleEvidence(article, "r", datetime.now(UTC)))
    assert [body[v.start : v.end] for v in attributes.values["body"]] == ["3 March 1921"]
    assert attributes.place == "Geneva"
    assert attributes.triples[-1].evidence.object.text == "GENEVA"
