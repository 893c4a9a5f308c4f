"""Text extraction by the shipped model on a real Triton."""

import asyncio
import json
import os
import sys

import numpy as np
import pytest

from inference.text.language.words import WordTokenizer
from inference.text.types import TextDocument
from inference.text_extraction import client as client_module
from inference.text_extraction.client import InferenceRejected, TextClient
from inference.text_extraction.extractor import TextExtractor
from inference.text_extraction.routes import english_route
from inference.text_extraction.windows import Window
from streams.messages.events import Triple
from topology.ontology import load_ontology
from topology.settings import settings

pytestmark = pytest.mark.live

ARTICLES = [
    (
        "a1",
        "Merkel in Paris",
        "German chancellor Angela Merkel met French president Emmanuel Macron in Paris on Monday.",
    ),
    ("a2", "", "Satya Nadella, the chief executive of Microsoft, spoke in Seattle. The company is based in Redmond."),
    ("a3", "Rain", "It rained."),
    ("a4", "", "🎉\u200b"),
    ("a5", "Long", " ".join(f"On day {i} Angela Merkel flew from Berlin to Warsaw, Poland." for i in range(40))),
]


@pytest.fixture
def tokenizer():
    return WordTokenizer(settings().models / "text_extraction" / "1" / "tokenizer.json")


@pytest.fixture
async def client(triton, tokenizer):
    client = TextClient(triton, tokenizer.cls_id, tokenizer.sep_id, windows=16, requests=2, timeout=60)
    yield client
    await client.close()


async def test_a_document_is_read_the_same_in_any_company(client, tokenizer):
    ontology = load_ontology(settings().ontology)
    extractor = TextExtractor({"en": english_route(tokenizer, client)}, ontology)
    documents = [TextDocument(*article) for article in ARTICLES]
    together = await extractor.extract(documents)
    types = {t.name for t in ontology.entity_types}
    for document, found in zip(documents, together, strict=True):
        assert [found] == await extractor.extract([document])
        for mention in found.mentions:
            assert document.text(mention.field)[mention.span.start : mention.span.end] == mention.text
            assert mention.type in types
        assert all(relation.predicate in ontology.by_id for relation in found.relations)
    assert list(reversed(together)) == await extractor.extract(documents[::-1])
    assert {(m.name, m.type) for m in together[0].mentions} >= {
        ("Angela Merkel", "person"),
        ("Emmanuel Macron", "person"),
        ("Paris", "location"),
    }
    assert together[3].mentions == ()
    assert sum(m.name == "Warsaw" for m in together[4].mentions) == 40
    assert any(found.relations for found in together)
    await extractor.close()


async def test_a_request_that_contradicts_itself_is_rejected(client, tokenizer, monkeypatch):
    def lying(windows, *specials):
        packed = pack(windows, *specials)
        packed.lengths[0] += 1
        return packed

    pack = client_module.pack
    monkeypatch.setattr(client_module, "pack", lying)
    (words,) = tokenizer.words(["One two."])
    with pytest.raises(InferenceRejected, match="INVALID_ARGUMENT"):
        await client.infer([Window(words, 0, len(words))])
    monkeypatch.undo()
    (result,) = await client.infer([Window(words, 0, len(words))])
    assert np.isfinite([score for *_, score in result.mentions]).all()


async def test_the_command(triton, tmp_path):
    source, target, mentions = (tmp_path / name for name in ("in.jsonl", "out.jsonl", "mentions.jsonl"))
    lines = [json.dumps({"id": i, "headline": headline, "body": body}) for i, headline, body in ARTICLES]
    source.write_text("\n".join([*lines, "{"]))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from topology.cli import app; app()",
        *map(str, ("extract", source, target, "--mentions", mentions)),
        env={**os.environ, "TRIPLEWIRE_TRITON": triton, "TRIPLEWIRE_RELATION_THRESHOLD": "0.1"},
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    assert b"line 6: not-json" in err
    triples = [Triple.model_validate_json(line) for line in target.read_bytes().splitlines()]
    assert triples
    assert len({triple.id for triple in triples}) == len(triples)
    texts = {i: {"headline": headline, "body": body} for i, headline, body in ARTICLES}
    for triple in triples:
        text = texts[triple.evidence.document][triple.evidence.field]
        for span in (triple.evidence.sentence, triple.evidence.subject, triple.evidence.object):
            assert text[span.start : span.end] == span.text
    found = [json.loads(line) for line in mentions.read_bytes().splitlines()]
    assert all(texts[m["document"]][m["field"]][m["start"] : m["end"]] == m["text"] for m in found)
    assert {t.subject.id for t in triples} & {m["entity"] for m in found}
