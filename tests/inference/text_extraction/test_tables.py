import re

import pytest

from inference.text.types import Span, TextMention
from inference.text_extraction.tables import within_rows


def related(text: str) -> set[tuple[str, str]]:
    """Returns which names of a text are still related, where a model relates each to each."""
    mentions = [
        TextMention("body", Span(*m.span()), m[0], "person", m[0], 0.9) for m in re.finditer(r"[A-Z][a-z]+", text)
    ]
    every = [(i, j, "P26", 0.9) for i in range(len(mentions)) for j in range(i + 1, len(mentions))]
    return {(mentions[one].name, mentions[other].name) for one, other, *_ in within_rows(every, mentions, text)}


@pytest.mark.parametrize("cell", ["\t", " | ", "     "])
def test_rows_are_not_related(cell: str) -> None:
    rows = [cell.join(row) for row in (("firm", "boss"), ("Orrin", "Ada"), ("Riis", "Ole"))]
    assert related("\n".join(rows)) == {("Orrin", "Ada"), ("Riis", "Ole")}


def test_what_is_no_table_keeps_its_relations() -> None:
    assert related("so Orrin met Ada.\nand Riis left.") == {("Orrin", "Ada"), ("Orrin", "Riis"), ("Ada", "Riis")}
    assert related("Orrin\tAda") == {("Orrin", "Ada")}


def test_the_text_around_a_table_may_refer_to_its_rows() -> None:
    assert ("Per", "Ole") in related("Per listed them:\nOrrin\tAda\nRiis\tOle")


@pytest.mark.parametrize("unit", [" ", "\t", "|", "a\t", "a\tb\n", "    a"])
@pytest.mark.timeout(60)  # a quadratic one would take hours
def test_hostile_texts_take_linear_time(unit: str) -> None:
    mentions = [TextMention("body", Span(0, 1), "a", "person", "a", 0.9)]
    text = unit * 200_000 + "\n"
    assert within_rows([(0, 0, "P26", 0.9)], mentions, text) == [(0, 0, "P26", 0.9)]
