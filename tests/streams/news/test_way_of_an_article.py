"""docs/architecture.md lists the way of an article: every file on it exists, and the steps are numbered in order."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
_, _, _REST = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## The way of an article\n")
SECTION = _REST.partition("\n## ")[0]


def test_every_file_on_the_way_exists():
    files = re.findall(r"`([\w/]+\.py)`", SECTION)
    assert files
    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_each_step_is_numbered_and_begins_with_its_file():
    steps = re.findall(r"^(\d+)\. (.*)$", SECTION, re.MULTILINE)
    assert [int(number) for number, _ in steps] == list(range(1, len(steps) + 1))
    assert all(re.match(r"`[\w/]+\.py` ", text) for _, text in steps)
