"""Every kind of bad input, each with the reason it must be refused for, and good neighbours in between."""

import json
from dataclasses import dataclass

from streams.road.dead_letters import DeadLetter
from tests.streams.doubles import REJECTED
from tests.streams.hostile import HeaderName, Raw

BODY = "Ann met Bob in the park."


def article(id_: str, body: str = BODY, **fields: object) -> bytes:
    return json.dumps({"id": id_, "headline": "", "body": body, **fields}).encode()


@dataclass(frozen=True)
class Case:
    reason: str
    says: str
    raw: Raw


def cases(prefix: str) -> list[Case]:
    key = f"{prefix}-bad".encode()
    trace = (("traceparent", b"00-1-2-03"), ("empty", None))

    def case(reason: str, says: str, value: bytes | None, key: bytes | None = key) -> Case:
        return Case(reason, says, (key, value, trace))

    good = article(f"{prefix}-x")
    return [
        case("null-value", "no value", None, b"\xff\xfe"),
        case("null-value", "no value", None, None),
        case("not-utf8", "not UTF-8", good.replace(b"Ann", b"\xff\xfe")),
        case("not-json", "not JSON", b"Ann met Bob."),
        case("not-json", "end", good[:-5]),
        case("not-json", "not JSON", b""),
        case("not-json", "not JSON", b'{"id": NaN}'),
        case("not-json", "depth", b"[" * 10_000),
        case("lone-surrogate", "surrogate", good.replace(b"Ann", b"\\ud800")),
        case("not-an-object", "an array", b"[1, 2]"),
        case("not-an-object", "null", b"null"),
        case("missing-field", "id", b'{"body": "Ann met Bob."}'),
        case("wrong-field", "headline", article(f"{prefix}-x", headline=5)),
        case("wrong-field", "published_at", article(f"{prefix}-x", published_at="2026-01-01T00:00:00")),
        case("wrong-field", "op", article(f"{prefix}-x", op="delete")),
        case("empty-body", "body is empty", article(f"{prefix}-x", " \n ")),
        case("nul-character", "NUL", article(f"{prefix}-x", "Ann\0Bob")),
        case("too-large", "5000000 characters", article(f"{prefix}-x", "a" * 5_000_000)),
        case("inference-rejected", "cannot be read", article(f"{prefix}-x", f"{REJECTED} text.")),
        Case("header-name", "\\xff\\xfe", (key, good, ((HeaderName("x"), b"1"), ("kept", b"2")))),
    ]


def with_neighbours(prefix: str, bad: list[Case]) -> list[Raw]:
    """Returns the bad records, each between good ones; the good articles' ids are `<prefix>-<number>`."""
    records: list[Raw] = []
    for number, case in enumerate(bad):
        records += [(f"{prefix}-{number}".encode(), article(f"{prefix}-{number}"), ()), case.raw]
    # Strange, but not wrong: no key, fields nobody knows.
    records.append((None, article(f"{prefix}-{len(bad)}", invented={"a": [1]}), ()))
    return records


def check(letters: list[DeadLetter], bad: list[Case], topic: str) -> None:
    """Each bad record is there once, in order, whole, and with its reason."""
    assert [letter.reason for letter in letters] == [case.reason for case in bad]
    for number, (letter, case) in enumerate(zip(letters, bad, strict=True)):
        key, value, headers = case.raw
        assert case.says in letter.message
        assert (letter.record.key or None, letter.record.value) == (key, value)
        assert (letter.topic, letter.stage, letter.offset) == (topic, "news", str(2 * number + 1))
        shown = [("x-\udcff\udcfe" if isinstance(name, HeaderName) else name, content) for name, content in headers]
        assert list(letter.original_headers) == shown
