"""What a slow or failing model costs: only what failed is asked again, with time in proportion, and in turns."""

import asyncio

import pytest

from inference.text.budget import Budget, TooCostlyError
from inference.text.types import TextDocument
from inference.text_extraction.client import InferenceUnavailable, TextClient
from inference.text_extraction.extractor import TextExtractor
from inference.text_extraction.routes import english_route
from inference.text_extraction.windows import Window
from inference.triton.connection import InferenceTooSlow
from topology.ontology import load_ontology
from topology.settings import settings as declared

LONG = "Jane Doe saw the rain fall on Berlin and went home. " * 200
SHORT = "Jane Doe lives in Rome."


def windows_of(tokenizer, *texts):
    return [Window(words, 0, len(words)) for words in tokenizer.words(texts)]


@pytest.fixture
async def client(double, tokenizer):
    client = TextClient(double.url, tokenizer.cls_id, tokenizer.sep_id, windows=4, requests=2, timeout=5)
    yield client
    await client.close()


@pytest.fixture
def extractor_of(client, tokenizer):
    def of(most_pieces=100_000):
        route = english_route(tokenizer, client)
        return TextExtractor({"en": route}, load_ontology(declared().ontology), most_pieces)

    return of


async def test_a_failed_request_does_not_end_the_others_and_is_repeated_alone(client, double, tokenizer):
    windows = windows_of(tokenizer, *[SHORT] * 20)
    double.failures = [("UNAVAILABLE", "busy")]
    kept = {}
    with pytest.raises(InferenceUnavailable):
        await client.infer(windows, kept)
    assert len(kept) == 16
    assert len(await client.infer(windows, kept)) == 20
    assert sum(map(len, double.requests)) == 24


async def test_a_repeated_extraction_asks_for_what_did_not_come_back(extractor_of, double):
    extractor = extractor_of()
    documents = [TextDocument(f"d{i}", "", f"{SHORT} {i}") for i in range(20)]
    double.failures = [("UNAVAILABLE", "busy")]
    with pytest.raises(InferenceUnavailable):
        await extractor.extract(documents)
    before = sum(map(len, double.requests))
    found = await extractor.extract(documents)
    assert [extraction.document for extraction in found] == [document.id for document in documents]
    assert sum(map(len, double.requests)) - before == 4
    # What succeeded is not kept: the model may be another one by then.
    await extractor.extract(documents[:4])
    assert sum(map(len, double.requests)) - before == 8


async def test_kept_answers_of_another_model_are_dropped(client, double, tokenizer):
    windows = windows_of(tokenizer, *[SHORT] * 8)
    kept = {}
    double.failures = [("UNAVAILABLE", "busy")]
    with pytest.raises(InferenceUnavailable):
        await client.infer(windows, kept)
    double.labels = double.labels.replace("double-1", "double-2")
    with pytest.raises(InferenceUnavailable, match="changed the model"):
        await client.infer(windows, kept)
    assert {result.labels.version for result in await client.infer(windows, kept)} == {"double-2"}


async def test_a_larger_request_is_given_more_time(client, tokenizer, monkeypatch):
    given = []

    async def infer(_model, inputs, _outputs, *, within=None):
        given.append((within, inputs[0].shape()[0]))
        raise InferenceUnavailable("nobody")

    monkeypatch.setattr(client._connection, "infer", infer)
    for text in (SHORT, "word " * 5000):
        with pytest.raises(InferenceUnavailable):
            await client.infer(windows_of(tokenizer, text))
    (short, _), (long, pieces) = given
    assert short == 5
    assert long == pytest.approx(5 * pieces / 2048)


async def test_requests_shrink_while_the_model_is_too_slow_and_grow_again(client, double, tokenizer):
    windows = windows_of(tokenizer, *[SHORT] * 12)
    double.failures = [("DEADLINE_EXCEEDED", "late")] * 4
    kept = {}
    for _ in range(2):
        with pytest.raises(InferenceTooSlow):
            await client.infer(windows, kept)
    await client.infer(windows, kept)
    sizes = list(map(len, double.requests))
    assert min(sizes) == 1
    await client.infer(windows_of(tokenizer, *[SHORT] * 40))
    assert max(map(len, double.requests[len(sizes) :])) == 4


async def test_a_call_with_many_requests_does_not_keep_another_waiting(client, double, tokenizer):
    double.hold = asyncio.Event()
    many = asyncio.create_task(client.infer(windows_of(tokenizer, *[SHORT] * 80)))
    await double.two.wait()
    few = asyncio.create_task(client.infer(windows_of(tokenizer, "Only this one")))
    await asyncio.sleep(0)
    double.hold.set()
    await few
    assert not many.done()
    await many


async def test_a_giant_has_requests_of_its_own(extractor_of, double, tokenizer, monkeypatch):
    monkeypatch.setattr("inference.text_extraction.extractor.GIANT", 5)
    giant = TextDocument("giant", "", LONG)
    await extractor_of().extract([TextDocument("a", "", SHORT), giant, TextDocument("b", "", SHORT)])
    (small,) = {len(window) for window in windows_of(tokenizer, SHORT)}
    assert [request for request in double.requests if small in request] == [[small, small]]


async def test_what_is_too_costly_is_named_and_the_others_go_on(extractor_of, double):
    extractor = extractor_of(1000)
    documents = [TextDocument("a", "", SHORT), TextDocument("giant", "", LONG, budget=Budget())]
    with pytest.raises(TooCostlyError, match=r"2,\d00 pieces.*at most 1,000") as caught:
        await extractor.extract(documents)
    assert list(caught.value.items) == [1]
    (found,) = await extractor.extract(documents[:1])
    assert found.mentions
    assert len(double.requests) == 1  # it came back with the first call


async def test_work_that_is_taken_up_again_costs_what_it_cost(extractor_of, double):
    extractor = extractor_of()
    double.failures = [("UNAVAILABLE", "busy")]
    once, again = Budget(), Budget()
    with pytest.raises(InferenceUnavailable):
        await extractor.extract([TextDocument("a", "", SHORT, budget=once)])
    split = once.units
    await extractor.extract([TextDocument("a", "", SHORT, budget=again)])
    assert again.units >= split > 0
