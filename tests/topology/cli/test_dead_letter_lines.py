from rich.cells import cell_len

from streams.road.dead_letters import DeadLetter, dead_letter
from streams.road.stage import Record
from topology.cli.dead_letters import _checked, _lines, _repaired
from topology.cli.lines import fitted


def letter(key: bytes | None = b"a-1", value: bytes = b"{", message: str = "not JSON") -> DeadLetter:
    output = dead_letter(Record("raw-news", 1, 42, 0, key, value, (("own", b"1"),)), stage="news", reason="not-json",
                         message=message)  # fmt: skip
    return DeadLetter.of(Record("dead-letters", 0, 7, 0, output.key, output.value, output.headers))


def test_a_letter_is_a_few_lines_that_fit_the_terminal(monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    one = letter(b"k" * 300, message="something is wrong with \x1b[2J this record " * 40)
    lines = list(_lines(one, replayed=True))
    assert all(cell_len(line) <= 80 for line in lines)
    assert len(lines) <= 7
    assert "not-json · news · raw-news/1@42 · replayed" in lines[0]
    assert not any("\x1b" in line for line in lines)
    assert any(line.endswith("…") for line in lines)


def test_a_text_is_cut_by_the_columns_it_takes() -> None:
    assert fitted("海港银行行长", 7) == "海港银…"
    assert fitted("short", 7) == "short"


def test_a_repaired_record_keeps_its_key_and_its_own_headers() -> None:
    key, problem = _checked(letter(), b'{"id": "a-1", "body": "B."}')
    assert (key, problem) == (b"a-1", "")
    repaired = _repaired(letter(), key, b"new")
    assert (repaired.record.key, repaired.record.value) == (b"a-1", b"new")
    assert repaired.record.headers == (("own", b"1"),)
    assert repaired.topic == "raw-news"


def test_what_is_wrong_with_a_repaired_record_is_said() -> None:
    assert "body is empty" in _checked(letter(), b'{"id": "a-1"}')[1]
    assert "its id is b" in _checked(letter(), b'{"id": "b", "body": "B."}')[1]
    assert _checked(letter(b"bad-1"), b'{"id": "b", "body": "B."}') == (b"b", "")
    assert _checked(letter(None), b'{"id": "b", "body": "B."}') == (b"b", "")
