import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inference.text.types import Span, TextDocument
from inference.text_extraction.client import InferenceUnavailable, TextClient
from inference.text_extraction.extractor import TextExtractor
from inference.text_extraction.routes import english_route
from topology.ontology import load_ontology
from topology.settings import settings as declared

TEXTS = st.one_of(st.text(), st.text("AbÉ\u0301 .\n\u200b日'🎉\ud800", max_size=80))


@pytest.fixture
async def extractor(double, tokenizer):
    client = TextClient(double.url, tokenizer.cls_id, tokenizer.sep_id, windows=4, requests=2, timeout=5)
    extractor = TextExtractor({"en": english_route(tokenizer, client)}, load_ontology(declared().ontology))
    yield extractor
    await extractor.close()


BODY = "the rain fell. Jane Doe met Berlin near Paris. 9 saw that Doe lives in Rome! 2 left."


async def test_an_article(extractor):
    (found,) = await extractor.extract([TextDocument("a1", "Jane Doe in Berlin", BODY)])
    assert (found.document, found.model, found.model_version) == ("a1", "text_extraction", "double-1")
    assert [(m.field, m.text, m.type, m.name) for m in found.mentions] == [
        ("headline", "Jane Doe", "person", "Jane Doe"),
        ("headline", "Berlin", "location", "Berlin"),
        ("body", "Jane Doe", "person", "Jane Doe"),
        ("body", "Berlin", "location", "Berlin"),
        ("body", "Paris", "location", "Paris"),
        ("body", "Doe", "location", "Doe"),
        ("body", "Rome", "location", "Rome"),
    ]
    related = [
        (found.mentions[r.subject].text, r.predicate, found.mentions[r.object].text, r.field) for r in found.relations
    ]
    assert related == [
        ("Jane Doe", "P551", "Berlin", "headline"),
        ("Jane Doe", "P551", "Berlin", "body"),
        ("Berlin", "P551", "Paris", "body"),
        ("Paris", "P551", "Doe", "body"),
        ("Doe", "P551", "Rome", "body"),
    ]
    evidence = [BODY[r.sentence.start : r.sentence.end] for r in found.relations if r.field == "body"]
    assert evidence[0] == evidence[1] == "Jane Doe met Berlin near Paris."
    assert evidence[2] == "Jane Doe met Berlin near Paris. 9 saw that Doe lives in Rome!"
    assert evidence[3] == "9 saw that Doe lives in Rome!"
    assert found.relations[0].sentence == Span(0, 18)


async def test_one_relation_a_sentence_and_none_with_itself(extractor):
    body = "so Ann Lee saw Rome and then and there Ann Lee saw and Rome. or Rome and Rome."
    (found,) = await extractor.extract([TextDocument("a", "", body)])
    related = [(found.mentions[r.subject].name, found.mentions[r.object].name, r.score) for r in found.relations]
    assert related == [("Ann Lee", "Rome", 0.5), ("Rome", "Ann Lee", 0.2)]


async def test_relations_follow_mentions_that_have_no_name(extractor, double):
    def lengthen(outputs):
        outputs["mentions"][0, 2] = 1  # the first mention is now the "…" before it
        outputs["mentions"][0, 1] = 0

    double.change = lengthen
    (found,) = await extractor.extract([TextDocument("a", "", "… Ann Lee saw Rome and Bonn")])
    assert [m.text for m in found.mentions] == ["Rome", "Bonn"]
    assert [(r.subject, r.object) for r in found.relations] == [(0, 1)]


async def test_texts_without_words_and_no_texts(extractor, double):
    (found,) = await extractor.extract([TextDocument("empty", "", " \n\u200b🎉")])
    assert (found.document, found.mentions, found.relations) == ("empty", (), ())
    assert await extractor.extract([]) == []
    assert double.requests == []


async def test_long_texts_are_read_in_windows(extractor, double):
    body = "\n\n".join(f"Then Anna Number{i} came to Town{i} in the rain." for i in range(60))
    (found,) = await extractor.extract([TextDocument("long", "", body)])
    assert sum(map(len, double.requests)) > 3
    assert [m.text for m in found.mentions if m.type == "location"] == [f"Town{i}" for i in range(60)]
    spans = [m.span.start for m in found.mentions]
    assert spans == sorted(set(spans))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
async def test_offsets_hold_for_any_text_in_any_company(extractor, texts):
    documents = [TextDocument(str(i), headline, body) for i, (headline, body) in enumerate(texts)]
    together = await extractor.extract(documents)
    for document, found in zip(documents, together, strict=True):
        assert found.document == document.id
        assert [found] == await extractor.extract([document])
        for mention in found.mentions:
            assert document.text(mention.field)[mention.span.start : mention.span.end] == mention.text != ""
        for relation in found.relations:
            for mention in (found.mentions[relation.subject], found.mentions[relation.object]):
                assert mention.field == relation.field
                assert relation.sentence.start <= mention.span.start < mention.span.end <= relation.sentence.end


async def test_readiness_is_a_real_inference(extractor, double):
    assert await extractor.trouble() == ""
    assert double.requests == [[17]]
    double.failures = [("INTERNAL", "Stub process is not healthy.")]
    assert "not healthy" in await extractor.trouble()


async def test_trouble_is_raised(extractor, double):
    double.failures = [("UNAVAILABLE", "down")]
    with pytest.raises(InferenceUnavailable):
        await extractor.extract([TextDocument("a", "", "Something")])
