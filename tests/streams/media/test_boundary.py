"""Whatever one item's own work raises is that item's dead letter; its neighbours and the worker go on."""

import base64
import errno
from collections.abc import Iterator

import pytest

from inference.triton.connection import InferenceRejected
from streams.media import MediaStage, stage
from streams.media.faults import plain
from streams.media.fetching import Fetcher
from streams.messages.events import Document
from streams.road.dead_letters import DeadLetter
from streams.road.stage import ConfigurationError, Item, Output, Record
from tests.helpers import media_samples as samples
from tests.streams.media.doubles import TonePerception
from tests.streams.media.over_the_road import of, record, through
from topology.settings import settings
from topology.topics import DEAD_LETTERS

GOOD = base64.b64encode(samples.picture()).decode()


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TRIPLEWIRE_MEDIA_FETCH_ATTEMPTS", "1")
    monkeypatch.setenv("TRIPLEWIRE_MEDIA_DECODERS", "1")
    monkeypatch.setenv("TRIPLEWIRE_MEDIA_ROOTS", "memory://press,/nowhere")
    settings.cache_clear()
    yield
    settings.cache_clear()


def letters(outputs: list[Output]) -> dict[int, DeadLetter]:
    found = [
        DeadLetter.of(Record(o.topic, 0, n, 0, o.key, o.value, tuple(o.headers)))
        for n, o in enumerate(outputs)
        if o.topic == DEAD_LETTERS.name
    ]
    return {int(letter.offset): letter for letter in found}


ADDRESSES = [
    "http://xn--a:18999/a.png",
    "http xn--a:18999",
    "http://xn--\u0080/",
    "http://a..b/",
    "http://[::1",
    "http://[::127.0.0.1]/",
    "http://x:99999/",
    "http://x\n.example/",
    "file:///nowhere/a\nb",
    "file://[/",
    "memory://press/a\nb",
    "memory://press",
    "nothing://[/",
    "::",
    "x" * 4000,
]


async def test_no_address_ends_the_worker_and_no_neighbour_is_refused():
    records = []
    for uri in ADDRESSES:
        records.append(record(len(records), id=f"bad-{len(records)}", uri=uri))
        records.append(record(len(records), id=f"good-{len(records)}", data=GOOD))
    records.append(record(len(records), id="bad", data="é"))
    outputs = await through(records)
    reasons = {offset: letter.reason for offset, letter in letters(outputs).items()}
    assert set(reasons) == {*range(0, len(records), 2)}
    assert set(reasons.values()) <= {"address-refused", "missing", "not-base64"}
    assert len(of(outputs, Document)) == len(ADDRESSES)


STEPS = ("readers", "objects", "transcript", "shown_text", "describe", "detector_of", "depicted")


@pytest.mark.parametrize("step", STEPS)
async def test_whatever_a_step_raises_is_that_items_letter(monkeypatch, step):
    works = getattr(stage, step)

    def fails(*arguments: object, **named: object) -> object:
        fails.calls += 1
        if fails.calls == 2:
            raise ZeroDivisionError("secret of /home/somebody")
        return works(*arguments, **named)

    fails.calls = 0
    monkeypatch.setattr(stage, step, fails)
    outputs = await through([record(n, id=f"m{n}", data=GOOD) for n in range(3)])
    (letter,) = letters(outputs).values()
    assert (letter.reason, "ZeroDivisionError" in letter.message) == ("item-failed", True)
    assert "secret" not in letter.message
    assert "Traceback" not in letter.message
    assert len(of(outputs, Document)) == 2


async def test_a_full_disk_is_waited_for_and_buries_nothing(monkeypatch):
    works, failures = Fetcher.fetched, [OSError(errno.ENOSPC, "No space left on device")] * 2

    def fetched(*arguments: object) -> object:
        if failures:
            raise failures.pop()
        return works(*arguments)

    monkeypatch.setattr(Fetcher, "fetched", fetched)
    outputs = await through([record(0, id="m", data=GOOD)])
    assert letters(outputs) == {}
    assert [document.id for document in of(outputs, Document)] == ["m"]


async def test_what_only_a_person_can_mend_buries_nothing(monkeypatch):
    def fails(*_: object) -> None:
        raise ConfigurationError("Neo4j refuses the login")

    monkeypatch.setattr(stage, "objects", fails)
    own = MediaStage(TonePerception())
    given = record(0, id="m", data=GOOD)
    with pytest.raises(ExceptionGroup) as error:
        await own.process([Item(given, own.parse(given))])
    assert isinstance(error.value.exceptions[0], ConfigurationError)
    await own.stop()


async def test_a_traceback_of_the_servers_is_not_in_the_reason():
    class Refusing(TonePerception):
        async def see(self, _frames: object) -> object:
            raise InferenceRejected("Triton at x: INTERNAL: failed\nAt:\n  /models/model.py(77): execute\n")

    outputs = await through([record(0, id="m", data=GOOD)], MediaStage(Refusing()))
    (letter,) = letters(outputs).values()
    assert (letter.reason, letter.message) == ("inference-rejected", "Triton at x: INTERNAL: failed")
    told = "it broke\nTraceback (most recent call last):\n  File 'x.py', line 3\nValueError: no picture"
    assert plain(ValueError(told)) == "it broke ValueError: no picture"
