"""Documents of several languages, against a second implementation of the contract."""

from inference.text.types import TextDocument
from inference.text_extraction.client import TextClient
from inference.text_extraction.extractor import TextExtractor
from inference.text_extraction.routes import CHINESE_MODEL, chinese, english_route
from topology.ontology import load_ontology
from topology.settings import REPOSITORY, Settings, settings

ENGLISH = "Jane Doe lives in Berlin."
CHINESE = "華為在深圳。"


def extractor_for(double, tokenizer):
    route = chinese(Settings(models=REPOSITORY / "triton_models", triton=double.url))
    assert route is not None
    assert route.model == CHINESE_MODEL
    client = TextClient(double.url, tokenizer.cls_id, tokenizer.sep_id, windows=8, requests=2, timeout=5)
    return TextExtractor({"en": english_route(tokenizer, client), "zh": route}, load_ontology(settings().ontology))


async def test_each_language_goes_to_its_model(double, tokenizer):
    extractor = extractor_for(double, tokenizer)
    documents = [
        TextDocument("zh", "", CHINESE, "zh-Hant"),
        TextDocument("en", "", ENGLISH),
        TextDocument("fr", "Jean Dupont à Paris", "Jean Dupont vit à Paris avec Marie Curie.", "fr"),
        TextDocument("und", "", "Xyz Abc", "und"),
    ]
    found = await extractor.extract(documents)
    assert [extraction.document for extraction in found] == ["zh", "en", "fr", "und"]
    assert [extraction.model for extraction in found] == [CHINESE_MODEL, "text_extraction", "", ""]
    assert [mention.name for mention in found[1].mentions] == ["Jane Doe", "Berlin"]
    assert not found[2].mentions
    assert sorted(double.models) == ["text_extraction", CHINESE_MODEL]
    await extractor.close()


async def test_only_languages_that_come_are_asked_for(double, tokenizer):
    extractor = extractor_for(double, tokenizer)
    (found,) = await extractor.extract([TextDocument("fr", "", "Jean Dupont vit à Paris.", "fr")])
    assert found.mentions == ()
    assert double.models == []
    await extractor.close()


async def test_readiness_asks_both_models(double, tokenizer):
    extractor = extractor_for(double, tokenizer)
    assert await extractor.trouble() == ""
    assert sorted(double.models) == ["text_extraction", CHINESE_MODEL]
    await extractor.close()


def test_a_repository_without_the_model_has_no_chinese(tmp_path):
    assert chinese(Settings(models=tmp_path)) is None
