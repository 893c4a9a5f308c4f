"""Articles in several languages, by the shipped models on a real Triton. The texts are ours, on public facts."""
# ruff: noqa: E501, RUF001 - other languages

from datetime import UTC, datetime

import orjson
import pytest

from inference.text.language.words import WordTokenizer
from inference.text_extraction import routes
from inference.text_extraction.client import TextClient
from inference.text_extraction.extractor import TextExtractor
from streams.news.offline import LineReader
from streams.news.thresholds import Thresholds
from topology.ontology import load_ontology
from topology.settings import settings

pytestmark = pytest.mark.live

CHINESE = {
    "id": "zh-1",
    "headline": "吉利收購沃爾沃汽車",
    "body": "2010年，浙江吉利控股集團在哥德堡宣布收購沃爾沃汽車。吉利總部位於中國杭州，董事長是李書福。",
}
FRENCH = {
    "id": "fr-1",
    "headline": "Airbus livre un avion",
    "body": "Airbus a livré mardi à Toulouse un avion de la famille A320 à la compagnie Air France, selon le constructeur.",
    "language": "en",
}
ENGLISH = {"id": "en-1", "headline": "", "body": "German chancellor Angela Merkel met Emmanuel Macron in Paris."}


@pytest.fixture
async def reader(triton):
    chosen = settings().model_copy(update={"triton": triton})
    tokenizer = WordTokenizer(chosen.models / "text_extraction" / "1" / "tokenizer.json")
    client = TextClient(triton, tokenizer.cls_id, tokenizer.sep_id, windows=16, requests=2, timeout=60)
    ontology = load_ontology(chosen.ontology)
    languages = {"en": routes.english_route(tokenizer, client), "zh": routes.chinese(chosen)}
    extractor = TextExtractor(languages, ontology)
    yield LineReader(extractor, ontology, Thresholds.of(chosen), chosen.max_text, datetime(2026, 1, 1, tzinfo=UTC))
    await extractor.close()


async def read(reader, *articles):
    return [reading async for batch in reader.read(map(orjson.dumps, articles)) for reading in batch]


async def test_each_article_is_read_in_its_language(reader):
    chinese, french, english = await read(reader, CHINESE, FRENCH, ENGLISH)
    assert chinese.extraction.model == "text_extraction_zh"
    names = {(mention.name, mention.type) for mention in chinese.extraction.mentions}
    assert {("浙江吉利控股集团", "organization"), ("沃尔沃汽车", "organization")} <= names
    for mention in chinese.extraction.mentions:
        assert CHINESE[mention.field][mention.span.start : mention.span.end] == mention.text
    assert french.problem == ""
    assert french.extraction.mentions == ()
    assert french.triples == ()
    assert {mention.name for mention in english.extraction.mentions} >= {"Angela Merkel", "Paris"}


async def test_a_chinese_article_is_read_the_same_in_any_company(reader):
    others = [{"id": f"zh-{n}", "body": f"第{n}家公司在北京成立。" * n} for n in range(2, 9)]
    (alone,) = await read(reader, CHINESE)
    together = await read(reader, *others, CHINESE, ENGLISH)
    assert together[len(others)].extraction == alone.extraction
    assert together[len(others)].triples == alone.triples
