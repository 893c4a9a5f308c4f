"""Feeds as publishers really write them, one kind of fault a file; `cases.json` has what is right for each.

The files are invented. To add one, put it into `cases/`, write down what is right, and only then run the test.
"""

import json
from pathlib import Path

import orjson
import pytest

from streams.sources import LeftOut, SourceError, read_source

HERE = Path(__file__).parent
CASES = json.loads((HERE / "cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted((HERE / "cases").iterdir()), ids=lambda path: path.name)
def test_a_feed_is_read_as_it_was_meant(path: Path) -> None:
    expected = CASES[path.name]
    left: list[LeftOut] = []
    if refused := expected.get("refused"):
        with pytest.raises(SourceError, match=refused):
            list(read_source(str(path), left_out=left.append))
        return
    found = list(read_source(str(path), left_out=left.append))
    assert [record.problem for record in found] == [""] * len(found)
    assert [orjson.loads(record.value) for record in found] == expected["articles"]
    assert [[one.what, one.reason] for one in left] == expected["left_out"]


def test_every_case_has_a_file() -> None:
    assert CASES.keys() == {path.name for path in (HERE / "cases").iterdir()}
