"""Dates and quantities against a table of texts with what a careful reader would make of them."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

import inference.evaluation.text
from inference.text.values.dates import find_dates
from inference.text.values.found import FoundValue
from inference.text.values.quantities import find_quantities
from inference.text_extraction_zh import dates as zh_dates

CASES = [
    json.loads(line)
    for line in Path(inference.evaluation.text.__file__)
    .with_name("values.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


def found(case: dict) -> list[FoundValue]:
    if case["kind"] == "date":
        dates = zh_dates.find_dates if case.get("language") == "zh" else find_dates
        return dates(case["text"], date.fromisoformat(case["on"]))
    return find_quantities(case["text"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_the_value_is_what_a_careful_reader_makes_of_it(case: dict) -> None:
    shown = [
        [case["text"][v.start : v.end], v.value, *([v.unit] if v.unit else []), *([v.qualifier] if v.qualifier else [])]
        for v in found(case)
    ]
    assert shown == case["values"]


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("on 3 March 2024", "xsd:date"),
        ("in March 2024", "xsd:gYearMonth"),
        ("in 2024", "xsd:gYear"),
        ("the 1990s", "edtf"),
        ("Q3 2024", "edtf"),
    ],
)
def test_each_precision_has_its_datatype(text: str, datatype: str) -> None:
    assert [value.datatype for value in find_dates(text, None)] == [datatype]


def test_without_a_day_of_publication_nothing_is_reckoned() -> None:
    text = "On Monday, yesterday, two days ago, on 3 March, last year and in May it rained; on 4 May 2020 too."
    assert [value.value for value in find_dates(text, None)] == ["2020-05-04"]


def test_a_chinese_day_needs_a_day_of_publication_unless_it_names_its_year() -> None:
    text = "去年3月4日和昨天都下雨。2020年5月4日也是。"
    assert [value.value for value in zh_dates.find_dates(text, None)] == ["2020-05-04"]


def test_places_are_characters_not_bytes() -> None:
    text = "Über 300 €: am 5. – „in 2024“ 🎉 paid €5m"  # noqa: RUF001
    for value in (*find_dates(text, None), *find_quantities(text)):
        assert text[value.start : value.end] in {"2024", "€5m"}


@pytest.mark.parametrize(
    "text", ["", " ", "1" * 5000, "one " * 2000, "2024-" * 2000, "$" * 3000, "March " * 2000, "“" * 999]
)
def test_odd_texts_end_soon_and_without_error(text: str) -> None:
    for value in (*find_dates(text, date(2025, 3, 12)), *find_quantities(text)):
        assert 0 <= value.start < value.end <= len(text)


RELATIVE = (
    "It rained yesterday, tomorrow, last night, 999 days ago, 999 weeks ago, 999 months ago and 999 years ago. "
    "Last week, this week, next week, last weekend, next weekend, last month, next month, last year and next year too. "
    "It rained on Monday. It will rain on Friday of next week, next Sunday, last Tuesday, this Saturday, on 3 March "
    "and on 30 December. It was wet in March; it will be wet in January. "
    "Revenue grew in the first quarter of last year."
)
RELATIVE_ZH = (
    "前天、昨天、明天、后天、上周、下周、上周一、下周日、本周六、上个月、下个月、上月3日、下月30日、前年、去年、明年3月4日、"
    "3月4日、12月31日都下雨。"
)


@pytest.mark.parametrize("find", [find_dates, zh_dates.find_dates])
@pytest.mark.parametrize(
    "day", ["0001-01-01", "0001-01-07", "0002-01-01", "0900-06-15", "9999-12-25", "9999-12-31", "9998-12-31"]
)
def test_what_lies_before_the_first_year_or_after_the_last_is_no_date(find, day: str) -> None:
    """Such a "yesterday" was an error of the calendar, for which the article was refused as a bug of ours."""
    for value in find(RELATIVE if find is find_dates else RELATIVE_ZH, date.fromisoformat(day)):
        years = re.findall(r"(?<!\d-)(?<!\d)(-?\d+)(?:-\d\d){0,2}(?=/|$)", value.value)
        assert years
        assert all(len(year) == 4 and 1 <= int(year) <= 9999 for year in years), value
