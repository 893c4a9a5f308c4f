"""What every source of knowledge promises, held against each of them."""

import json
import re
from urllib.parse import parse_qs

import httpx
import pytest

from inference.knowledge.base import fold
from inference.knowledge.cache import CachedKnowledge
from inference.knowledge.memory import InMemoryKnowledge, KnowledgeError, read_facts
from inference.knowledge.sparql import SparqlKnowledge, literal
from tests.inference.knowledge.promises import FACTS, PROMISES


class Endpoint(httpx.BaseTransport):
    """Answers like a SPARQL service that has the facts; counts what it is asked."""

    def __init__(self, facts):
        self.facts, self.asked = facts, []

    def handle_request(self, request):
        query = parse_qs(request.read().decode())["query"][0]
        quoted = re.search(r'rdfs:label ("(?:[^"\\]|\\.)*")@en \.', query)[1]
        name = json.loads(quoted)
        self.asked.append(name)
        rows = [
            {"predicate": {"type": "literal", "value": f.predicate}, "object": {"type": "literal", "value": f.object}}
            for f in self.facts
            if fold(f.subject) == fold(name)
        ]
        return httpx.Response(200, json={"head": {"vars": ["predicate", "object"]}, "results": {"bindings": rows}})


@pytest.fixture(params=["memory", "file", "cached", "sparql"])
def base(request, tmp_path):
    if request.param == "file":
        path = tmp_path / "facts.jsonl"
        path.write_text("".join(json.dumps({s: getattr(f, s) for s in f.__slots__}) + "\n" for f in FACTS))
        return InMemoryKnowledge(read_facts(path))
    made = {
        "memory": lambda: InMemoryKnowledge(reversed(FACTS)),
        "cached": lambda: CachedKnowledge(InMemoryKnowledge(FACTS)),
        "sparql": lambda: SparqlKnowledge("http://knowledge.test/sparql", transport=Endpoint(FACTS)),
    }
    return made[request.param]()


@pytest.mark.parametrize("promise", PROMISES)
def test_every_source_keeps_each_promise(promise, base):
    promise(base)


def test_the_cache_asks_once_until_it_forgets():
    endpoint = Endpoint(FACTS)
    base = CachedKnowledge(SparqlKnowledge("http://knowledge.test/sparql", transport=endpoint), size=2)
    for name in ("Tokyo", "tokyo", "Beijing", "Tokyo"):
        base.neighbourhood([name])
    assert endpoint.asked == ["Tokyo", "Beijing"]
    base.neighbourhood(["Ueno"])
    base.neighbourhood(["Beijing"])
    assert endpoint.asked == ["Tokyo", "Beijing", "Ueno", "Beijing"]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"results": {"bindings": [{}]}}),
    ],
)
def test_an_address_that_does_not_answer_says_so_and_is_asked_again(answer):
    answers = [answer, httpx.Response(200, json={"results": {"bindings": []}})]
    transport = httpx.MockTransport(lambda _: answers.pop(0))
    base = CachedKnowledge(SparqlKnowledge("http://knowledge.test/sparql", transport=transport))
    with pytest.raises(KnowledgeError, match=r"knowledge\.test.*Tokyo"):
        base.neighbourhood(["Tokyo"])
    assert base.neighbourhood(["Tokyo"]) == ()


def test_an_answer_without_end_is_cut_short():
    endless = httpx.MockTransport(lambda _: httpx.Response(200, content=b"x" * (9 * 1024 * 1024)))
    with pytest.raises(KnowledgeError, match="more than"):
        SparqlKnowledge("http://knowledge.test", transport=endless).neighbourhood(["Tokyo"])


@pytest.mark.parametrize(("address", "language"), [("file:///etc/passwd", "en"), ("http://x", 'en" . } #')])
def test_only_addresses_and_languages_are_taken(address, language):
    with pytest.raises(KnowledgeError):
        SparqlKnowledge(address, language)


def test_a_literal_is_escaped():
    assert literal('a"\\\n') == '"a\\"\\\\\\n"'


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"subject": "a", "predicate": "b"}', '{"subject": "a", "predicate": 1, "object": ""}']
)
def test_a_bad_line_is_named(tmp_path, line):
    path = tmp_path / "facts.jsonl"
    path.write_text('{"subject": "a", "predicate": "b", "object": "c"}\n\n' + line + "\n")
    with pytest.raises(KnowledgeError, match=r"facts\.jsonl, line 3"):
        read_facts(path)
    with pytest.raises(KnowledgeError, match="missing"):
        read_facts(tmp_path / "none.jsonl")
