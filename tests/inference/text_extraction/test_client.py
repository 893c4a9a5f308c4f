import asyncio
import json
import socket

import pytest

from inference.text_extraction.added import AddedRelations
from inference.text_extraction.client import InferenceRejected, InferenceUnavailable, TextClient
from inference.text_extraction.windows import Window
from tests.helpers.triton_double import LABELS, TritonDouble


def windows_of(tokenizer, *texts):
    return [Window(words, 0, len(words)) for words in tokenizer.words(texts)]


@pytest.fixture
async def client(double, tokenizer):
    client = TextClient(double.url, tokenizer.cls_id, tokenizer.sep_id, windows=3, requests=2, timeout=5)
    yield client
    await client.close()


async def test_windows_travel_sorted_by_length_and_come_back_in_order(client, double, tokenizer):
    texts = [f"{'word ' * (i * 7 % 10)}Jane Doe lives in Berlin" for i in range(10)]
    results = await client.infer(windows_of(tokenizer, *texts))
    assert [r.mentions[0][:3] for r in results] == [(i * 7 % 10, i * 7 % 10 + 2, "person") for i in range(10)]
    assert results[0].relations == [(0, 1, "P551", 0.3333, "asserted")]
    lengths = [length for request in double.requests for length in request]
    assert sorted(map(len, double.requests)) == [1, 3, 3, 3]
    assert sorted(lengths, reverse=True) == sorted(map(len, windows_of(tokenizer, *texts)), reverse=True)
    assert all(max(r) - min(r) <= 2 for r in double.requests)


async def test_added_relations_go_with_every_request_and_come_back_by_id(double, tokenizer):
    added = AddedRelations(("sued", "met"), b'[{"id":"sued"}]', (0.0, 0.0))
    client = TextClient(double.url, tokenizer.cls_id, tokenizer.sep_id, windows=1, requests=1, timeout=5, added=added)

    def relate(outputs):
        outputs["relations"][:, 3] = len(LABELS["relations"]) + 1

    double.change = relate
    results = await client.infer(windows_of(tokenizer, *["Jane Doe lives in Berlin"] * 2))
    assert [result.relations for result in results] == [[(0, 1, "met", 0.3333, "asserted")]] * 2
    assert double.added == [added.message] * 2
    await client.close()


async def test_without_added_relations_nothing_is_sent(client, double, tokenizer):
    await client.infer(windows_of(tokenizer, "Jane Doe lives in Berlin"))
    assert double.added == [None]


async def test_nothing_to_do_asks_nobody(client, double):
    assert await client.infer([]) == []
    assert double.requests == []


async def test_so_many_requests_are_in_flight_and_no_more(client, double, tokenizer):
    double.hold = asyncio.Event()
    tasks = [asyncio.create_task(client.infer(windows_of(tokenizer, *["A b"] * 7))) for _ in range(2)]
    async with asyncio.timeout(10):
        await double.two.wait()
    double.hold.set()
    await asyncio.gather(*tasks)
    assert double.most == 2
    assert len(double.requests) == 6


@pytest.mark.parametrize(
    "answer,expected",
    [
        (("UNAVAILABLE", "Exceeds maximum queue size"), InferenceUnavailable),
        (
            ("UNAVAILABLE", "Request for unknown model: 'text_extraction' has no available versions"),
            InferenceUnavailable,
        ),
        (("NOT_FOUND", "Request for unknown model: 'text_extraction' is not found"), InferenceUnavailable),
        (("INTERNAL", "Stub process 'text_extraction_0_0' is not healthy."), InferenceUnavailable),
        (("DEADLINE_EXCEEDED", "Request timeout expired"), InferenceUnavailable),
        (("UNKNOWN", "Stream removed"), InferenceUnavailable),
        (("INVALID_ARGUMENT", "unexpected shape for input 'lengths'"), InferenceRejected),
        (("INTERNAL", "IndexError: index 7 is out of bounds"), InferenceRejected),
    ],
)
async def test_transient_and_lasting_errors_differ(client, double, tokenizer, answer, expected):
    double.failures = [answer]
    with pytest.raises(expected, match=f"Triton at {double.url}: {answer[0]}: "):
        await client.infer(windows_of(tokenizer, "One"))
    assert len(await client.infer(windows_of(tokenizer, "One"))) == 1


async def test_one_failure_among_many_requests_is_the_answer(client, double, tokenizer):
    double.failures = [("INVALID_ARGUMENT", "no")]
    with pytest.raises(InferenceRejected):
        await client.infer(windows_of(tokenizer, *["One"] * 20))


async def test_a_server_that_is_slow_is_unavailable(double, tokenizer):
    client = TextClient(double.url, 101, 102, windows=8, requests=1, timeout=0.05)
    double.hold = asyncio.Event()
    with pytest.raises(InferenceUnavailable, match="DEADLINE_EXCEEDED"):
        await client.infer(windows_of(tokenizer, "One"))
    double.hold.set()
    await client.close()


async def test_a_server_that_is_not_there_and_then_is(tokenizer):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    client = TextClient(f"127.0.0.1:{port}", 101, 102, windows=8, requests=1, timeout=5)
    with pytest.raises(InferenceUnavailable, match="UNAVAILABLE"):
        await client.infer(windows_of(tokenizer, "One"))
    server = TritonDouble()
    await server.start(port)
    async with asyncio.timeout(10):
        while True:
            try:
                assert len(await client.infer(windows_of(tokenizer, "One"))) == 1
                break
            except InferenceUnavailable:
                continue
    await client.close()
    await server.stop()


async def test_empty_tensors_are_the_servers_fault(client, double, tokenizer):
    double.labels = ""
    with pytest.raises(InferenceUnavailable, match=r"empty or unreadable tensors.*numpy < 2"):
        await client.infer(windows_of(tokenizer, "One"))


async def test_torn_tensors_are_the_servers_fault(client, double, tokenizer):
    double.change = lambda outputs: outputs.update(mentions=outputs["mentions"][:, :3])
    with pytest.raises(InferenceRejected, match="double-1 broke its contract: output mentions"):
        await client.infer(windows_of(tokenizer, "One"))


async def test_a_model_swapped_between_requests_is_read_again(client, double, tokenizer):
    def swap(_outputs):
        if len(double.requests) == 2:
            double.labels = json.dumps(LABELS | {"version": "double-2"})

    double.change = swap
    with pytest.raises(InferenceUnavailable, match="changed the model"):
        await client.infer(windows_of(tokenizer, *["One"] * 9))
    results = await client.infer(windows_of(tokenizer, *["One"] * 9))
    assert {r.labels.version for r in results} == {"double-2"}


async def test_a_client_made_before_its_loop_runs(double, tokenizer):
    url = double.url

    def elsewhere():
        client = TextClient(url, 101, 102, windows=8, requests=1, timeout=5)

        async def use():
            found = await client.infer(windows_of(tokenizer, "One"))
            await client.close()
            return found

        return asyncio.run(use())

    assert len(await asyncio.to_thread(elsewhere)) == 1
