"""Messages on `raw-news` that nobody should send: dead letters with a reason, or exactly this article."""

import json

import pytest

from streams.messages.base import is_blank
from streams.news.articles import parse_article
from streams.road.stage import PoisonError
from tests.streams.sources.hostile.reading import record

BASE = {"id": "x", "headline": "H", "body": "Text."}
FIELDS = [
    "id",
    "op",
    "erase",
    "headline",
    "body",
    "url",
    "source",
    "author",
    "section",
    "language",
    "media",
    "passages",
]
WRONG: list[object] = [[1], {"a": 1}, -1.5, "\0", "x\x1f" * 9]
ALLOWED = {("passages", "[1]"), ("media", "[1]")}


def read(value: bytes | None, key: bytes | None = b"key") -> dict:
    return parse_article(record(value, key), stage="news", max_text=100_000).model_dump(exclude_defaults=True)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_a_field_of_another_type_or_with_a_control_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(PoisonError) as raised:
        read(json.dumps({**BASE, field: value}).encode())
    assert field in str(raised.value)


@pytest.mark.parametrize("field", [field for field in FIELDS if field not in {"id", "body"}])
def test_null_is_the_same_as_nothing(field: str) -> None:
    without = {name: value for name, value in BASE.items() if name != field}
    assert read(json.dumps({**BASE, field: None}).encode()) == without


REASONS: dict[str, tuple[bytes | None, str]] = {
    "no id": (b'{"body": "Text."}', "missing-field"),
    "an id that is null": (b'{"id": null, "body": "Text."}', "wrong-field"),
    "an empty id": (b'{"id": "", "body": "Text."}', "wrong-field"),
    "an id that is a number": (b'{"id": 5, "body": "Text."}', "wrong-field"),
    "an id without end": (b'{"id": "' + b"x" * 600 + b'", "body": "Text."}', "wrong-field"),
    "half a character": (b'{"id": "x", "body": "\\ud800"}', "lone-surrogate"),
    "half a character as an id": (b'{"id": "\\udc00", "body": "Text."}', "lone-surrogate"),
    "UTF-16": ('{"id": "x", "body": "Text."}'.encode("utf-16"), "not-utf8"),
    "Latin-1": ('{"id": "x", "body": "Müller"}'.encode("latin-1"), "not-utf8"),
    "a mark": (b'\xef\xbb\xbf{"id": "x", "body": "Text."}', "not-json"),
    "two articles": (b'{"id": "x", "body": "Text."} {"id": "y"}', "not-json"),
    "NaN": (b'{"id": "x", "body": "Text.", "z": NaN}', "not-json"),
    "too deep": (b'{"id": "x", "body": "Text.", "z": ' + b"[" * 5000 + b"]" * 5000 + b"}", "not-json"),
    "no body": (b'{"id": "x"}', "empty-body"),
    "spaces": (b'{"id": "x", "body": " \\n\\u3000"}', "empty-body"),
    "joiners": (b'{"id": "x", "body": "\\u200b\\u2060\\u00ad"}', "empty-body"),
    "erased but not withdrawn": (b'{"id": "x", "body": "Text.", "erase": true}', "wrong-field"),
    "a retraction in capitals": (b'{"id": "x", "op": "RETRACT"}', "wrong-field"),
    "a day": (b'{"id": "x", "body": "Text.", "published_at": "2026-01-01"}', "wrong-field"),
    "a time without a zone": (b'{"id": "x", "body": "Text.", "published_at": "2026-01-01T00:00:00"}', "wrong-field"),
    "a zone of 25 hours": (b'{"id": "x", "body": "Text.", "published_at": "2026-01-01T00:00:00+25:00"}', "wrong-field"),
    "the year zero": (b'{"id": "x", "body": "Text.", "published_at": "0000-01-01T00:00:00Z"}', "wrong-field"),
    "a time beyond reason": (b'{"id": "x", "body": "Text.", "published_at": 1e18}', "wrong-field"),
    "a number without end": (b'{"id": "x", "body": "Text.", "published_at": ' + b"9" * 400 + b"}", "-"),
    "a tombstone of nothing": (None, "null-value"),
    "a text without end": (b'{"id": "x", "body": "' + b"x" * 100_001 + b'"}', "too-large"),
}


@pytest.mark.parametrize("name", REASONS)
def test_a_message_is_refused_with_its_reason(name: str) -> None:
    value, reason = REASONS[name]
    with pytest.raises(PoisonError) as raised:
        read(value, b"" if value is None else b"key")
    assert reason in raised.value.reason


@pytest.mark.parametrize(
    "key", [b"a\0b", b"a\x1fb", b"\xff", b"x" * 600], ids=["NUL", "separator", "not UTF-8", "long"]
)
def test_a_tombstone_whose_key_is_no_id_is_refused(key: bytes) -> None:
    with pytest.raises(PoisonError, match="retracts the article that its key names"):
        read(None, key)


READ: dict[str, tuple[bytes | None, dict]] = {
    "a tombstone": (None, {"id": "key", "op": "retract"}),
    "a retraction": (b'{"id": "x", "op": "retract"}', {"id": "x", "op": "retract"}),
    "fields nobody knows": (
        json.dumps({**BASE, **{f"k{n}": [n] for n in range(50_000)}}).encode(),
        dict(BASE),
    ),
    "a field twice": (b'{"id": "x", "id": "y", "body": "A", "body": "B"}', {"id": "y", "body": "B"}),
    "a sign alone": ('{"id": "x", "body": "\U0001f600"}'.encode(), {"id": "x", "body": "\U0001f600"}),
}


@pytest.mark.parametrize("name", READ)
def test_a_strange_message_is_read_as_it_stands(name: str) -> None:
    value, expected = READ[name]
    assert read(value) == expected


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t\u3000\u00a0", "\u200b\u200d\u2060\ufeff", "\u00ad", "\0\x1f", "\u202e\u2066"]
)
def test_what_nobody_can_see_is_blank(text: str) -> None:
    assert is_blank(text * 1000)


@pytest.mark.parametrize("text", ["a", ".", "中", "\U0001f600", "\ufffd", "é", "٣", " \u200bx"])
def test_what_somebody_can_see_is_not_blank(text: str) -> None:
    assert not is_blank(text)
