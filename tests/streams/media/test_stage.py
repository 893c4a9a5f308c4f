"""The media stage on the road, with a broker in memory, real decoders and a real server on loopback."""

import base64
import hashlib
import json
from collections.abc import Iterator

import pytest

from streams.media import MediaStage
from streams.messages.carried_ids import TEXT, derived_id
from streams.messages.events import Article, Document, MediaItem, Triple
from streams.road.dead_letters import DeadLetter
from streams.road.stage import Item, Record
from streams.sink.decode import decode
from tests.helpers import media_samples as samples
from tests.streams.media.doubles import VOCABULARY, TonePerception
from tests.streams.media.over_the_road import of, record, through
from tests.streams.media.server import ENDLESS, Server, serving
from topology.settings import settings
from topology.topics import DEAD_LETTERS, RAW_NEWS, TRIPLES

WORDS = ("Ann", "met", "Bob")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TRIPLEWIRE_MEDIA_PRIVATE_HOSTS", "127.0.0.1")
    monkeypatch.setenv("TRIPLEWIRE_MEDIA_FETCH_ATTEMPTS", "1")
    monkeypatch.setenv("TRIPLEWIRE_MEDIA_BYTES", "2000000")
    monkeypatch.setenv("TRIPLEWIRE_MEDIA_SECONDS", "3600")
    monkeypatch.setenv("TRIPLEWIRE_MEDIA_DECODERS", "1")
    settings.cache_clear()
    yield
    settings.cache_clear()


def attributes(triples: list[Triple]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for triple in triples:
        value = getattr(triple.object, "value", "") or triple.object.name
        found.setdefault(triple.predicate.name, []).append(f"{value} {getattr(triple.object, 'unit', '')}".strip())
    return found


async def test_every_bad_item_is_buried_with_its_reason_and_its_neighbours_go_on(server):
    good = samples.photograph()
    server.answers |= {
        "/good": (200, {}, good),
        "/endless": (200, {}, ENDLESS),
        "/svg.jpg": (200, {"Content-Type": "image/jpeg"}, b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        "/html.jpg": (200, {"Content-Type": "image/jpeg"}, b"<!doctype html><p>not here"),
        "/huge": (200, {}, samples.huge()),
        "/bomb": (200, {}, samples.bomb()),
        "/cut": (200, {}, samples.cut(good)),
        "/lying": (200, {}, samples.lying()),
        "/lying-too": (200, {}, samples.lying(0.2)),
        "/codec": (200, {}, samples.unknown_codec()),
        "/inside": (302, {"Location": "http://169.254.169.254/"}, b""),
    }
    bad = {
        "missing": {"uri": server.url("/nothing")},
        "truncated": {"uri": server.url("/cut")},
        "wrong-hash": {"uri": server.url("/good"), "sha256": "0" * 64},
        "wrong-size": {"uri": server.url("/good"), "size": 1},
        "bomb": {"uri": server.url("/bomb")},
        "too-many-pixels": {"uri": server.url("/huge")},
        "truncated ": {"uri": server.url("/lying")},
        "wrong-header": {"uri": server.url("/lying-too")},
        "not-media": {"uri": server.url("/svg.jpg")},
        "not-media ": {"uri": server.url("/html.jpg")},
        "unknown-codec": {"uri": server.url("/codec")},
        "address-refused": {"uri": "http://10.0.0.1/a.jpg"},
        "address-refused ": {"uri": server.url("/inside")},
        "too-large": {"uri": server.url("/endless")},
        "not-base64": {"data": "no base64 at all!"},
        "no-bytes": {"caption": "nothing"},
        "no-bytes ": {"data": ""},
        "wrong-field": {"id": None, "uri": "x"},
    }
    # Between two bad items always a good one.
    records = []
    for case in bad.values():
        records.append(record(len(records), **{"id": f"bad-{len(records)}", **case}))
        records.append(record(len(records), id=f"good-{len(records)}", uri=server.url("/good")))
    outputs = await through(records)
    letters = [
        DeadLetter.of(Record(o.topic, 0, n, 0, o.key, o.value, tuple(o.headers)))
        for n, o in enumerate(outputs)
        if o.topic == DEAD_LETTERS.name
    ]
    reasons = {int(letter.offset): letter.reason for letter in letters}
    assert reasons == {2 * n: reason.strip() for n, reason in enumerate(bad)}
    assert all(letter.message and letter.record.value == records[int(letter.offset)].value for letter in letters)
    assert [document.id for document in of(outputs, Document)] == [f"good-{2 * n + 1}" for n in range(len(bad))]
    # No neighbour of a bad item was fetched twice: one good item each, and two bad ones at that address.
    assert server.asked.count("/good") == len(bad) + 2


async def test_a_photograph_becomes_its_attributes_and_no_place(server):
    data = samples.photograph()
    server.answers["/a.jpg"] = (200, {}, data)
    given = MediaItem(id="m", uri=server.url("/a.jpg"), article="a", caption="A red wall", source="Wire")
    outputs = await through([record(0, **json.loads(given.model_dump_json()))])
    (document,) = of(outputs, Document)
    triples = of(outputs, Triple)
    sha256 = hashlib.sha256(data).hexdigest()
    assert (document.id, document.triples, document.brings) == ("m", len(triples), ())
    assert {triple.evidence.revision for triple in triples} == {document.revision}
    assert (document.media.kind, document.media.article, document.media.sha256) == ("picture", "a", sha256)
    assert attributes(triples) == {
        "file format": ["image/jpeg"],
        "data size": [f"{len(data)} B"],
        "width": ["64 px"],
        "height": ["48 px"],
        "resolution": ["0.003 MP"],
        "color": ["red"],
        "inception": ["2026-03-04T12:30:00+01:00"],
        "captured with": ["Canon EOS R5"],
        "depicts": ["person"],
    }
    (seen,) = [t for t in triples if t.predicate.id == "P180"]
    assert (seen.evidence.spot.box, seen.evidence.model, seen.object.type) == ((2, 2, 20, 30), "tones", "object")
    assert {(t.kind, t.subject.id, t.evidence.field) for t in triples} == {("attribute", "m", "media")}


async def test_the_place_is_told_where_the_operator_allows_it(monkeypatch):
    monkeypatch.setenv("TRIPLEWIRE_MEDIA_GPS", "true")
    settings.cache_clear()
    data = base64.b64encode(samples.photograph()).decode()
    triples = of(await through([record(0, id="m", data=data)]), Triple)
    assert attributes(triples)["coordinate location"] == ["POINT(151.21431 -33.85867)"]


async def test_a_video_becomes_attributes_objects_a_transcript_and_its_text(server):
    sound = samples.speak(WORDS, VOCABULARY)
    server.answers["/v.mp4"] = (200, {}, samples.video(["red", "blue"], sound=sound))
    outputs = await through([record(0, id="m", uri=server.url("/v.mp4"))])
    (document,), triples, articles = of(outputs, Document), of(outputs, Triple), of(outputs, Article, RAW_NEWS.name)
    told = attributes(triples)
    assert (told["width"], told["height"], told["codec"], told["sample rate"]) == (
        ["160 px"],
        ["120 px"],
        ["mpeg4", "aac"],
        ["44100 Hz"],
    )
    assert told["frame rate"] == ["25.000 fps"]
    assert [(s.begin, s.end) for s in document.media.scenes] == [(0, 1), (1, 2)]
    people = [t.evidence.spot for t in triples if t.predicate.id == "P180"]
    assert [spot.begin for spot in people] == sorted(spot.begin for spot in people)
    assert len(people) == 2
    speech, text = articles
    assert (speech.body, text.body) == ("Ann met Bob", "Ann Bob")
    assert {a.derived_from for a in articles} == {"m"}
    assert document.brings == tuple(a.id for a in articles) == (derived_id("m", "speech"), derived_id("m", TEXT))
    assert [(p.spot.begin, p.spot.end) for p in speech.passages] == [(0, 0.3), (0.4, 0.7), (0.8, 1.1)]
    assert 1 <= text.passages[0].spot.frame <= 2
    assert text.passages[0].spot.box == (4, 4, 30, 10)


async def test_the_same_record_gives_the_same_bytes_and_the_sink_can_read_them():
    data = base64.b64encode(samples.video(["red", "blue"], sound=samples.speak(WORDS, VOCABULARY))).decode()
    one, other = [await through([record(0, id="m", data=data)]) for _ in range(2)]
    assert [(o.topic, o.key, o.value, o.headers) for o in one] == [(o.topic, o.key, o.value, o.headers) for o in other]
    for output in one:
        if output.topic == TRIPLES.name:
            decode(Record(output.topic, 0, 0, 0, output.key, output.value, tuple(output.headers)), {})


async def test_a_withdrawn_item_withdraws_what_was_derived_from_it():
    outputs = await through([record(0, id="m", op="retract")])
    (document,) = of(outputs, Document)
    assert (document.op, document.media.kind) == ("retract", None)
    assert [a.op for a in of(outputs, Article, RAW_NEWS.name)] == ["retract", "retract"]


async def test_another_listener_makes_another_revision_and_ends_what_it_does_not_hear():
    class Deaf(TonePerception):
        listener = "deaf 1"

        async def hear(self, sound):  # noqa: ARG002
            return []

    data = base64.b64encode(samples.sound(samples.speak(WORDS, VOCABULARY))).decode()
    old, new = [await through([record(0, id="m", data=data)], MediaStage(eyes)) for eyes in (TonePerception(), Deaf())]
    (before,), (after,) = of(old, Document), of(new, Document)
    assert (before.brings, after.brings) == ((derived_id("m", "speech"),), ())
    assert before.revision != after.revision
    assert {t.evidence.revision for t in of(new, Triple)} == {after.revision}


async def test_transient_trouble_of_the_eyes_is_waited_for():
    stage = MediaStage(TonePerception(failures=2))
    data = base64.b64encode(samples.picture()).decode()
    items = [Item(r, stage.parse(r)) for r in [record(0, id="m", data=data)]]
    outputs = await stage.process(items)
    await stage.stop()
    assert of(outputs, Document)[0].id == "m"
