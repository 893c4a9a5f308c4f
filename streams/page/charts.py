"""A map without tiles, and numbers over time: ECharts' options, and the same as text for those who do not see them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

from nicegui import ui

from streams.desk.happening_views import Figure
from streams.page.elements import Text, box, named

LAND = Path(__file__).with_name("land.json")
"""Coasts of the world as lines of [longitude, latitude], from Natural Earth's 1:110m land (public domain), simplified
to a quarter of a degree."""

_GREY = "#76808f"
_MARK = "#dc2626"
_NEAR = 12.0
"""Degrees around what a map shows."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a map, in degrees."""

    name: str
    latitude: float
    longitude: float


@lru_cache(maxsize=1)
def _coasts() -> list[list[list[float]]]:
    coasts: list[list[list[float]]] = json.loads(LAND.read_text(encoding="utf-8"))
    return coasts


def world(spots: Sequence[Spot]) -> None:
    """Shows places on a map of the coasts around them."""
    west, east = _range([spot.longitude for spot in spots], 180.0)
    south, north = _range([spot.latitude for spot in spots], 90.0)
    near = [
        {"coords": line}
        for line in _coasts()
        if any(west - 1 <= x <= east + 1 and south - 1 <= y <= north + 1 for x, y in line)
    ]
    axis = {"type": "value", "show": False}
    chart = ui.echart({
        "animation": False,
        "grid": {"left": 0, "right": 0, "top": 0, "bottom": 0},
        "xAxis": axis | {"min": west, "max": east},
        "yAxis": axis | {"min": south, "max": north},
        "series": [
            {"type": "lines", "coordinateSystem": "cartesian2d", "polyline": True, "silent": True, "data": near,
             "clip": True, "lineStyle": {"color": _GREY, "width": 1, "opacity": 0.8}},
            {"type": "scatter", "symbolSize": 14, "itemStyle": {"color": _MARK, "opacity": 0.85},
             "data": [{"name": spot.name, "value": [spot.longitude, spot.latitude]} for spot in spots],
             "label": {"show": True, "formatter": "{b}", "position": "right", "color": _GREY, "fontWeight": "bold"},
             "labelLayout": {"hideOverlap": True}},
        ],
    }).classes("tw-map")  # fmt: skip
    named(chart, role="img", aria_label="Map: " + ", ".join(spot.name for spot in spots))


def _range(values: Iterable[float], most: float) -> tuple[float, float]:
    found = list(values)
    return max(-most, min(found) - _NEAR), min(most, max(found) + _NEAR)


def numbers(role: str, figures: Sequence[Figure]) -> None:
    """Shows the numbers of one role over time, a series for each source, and below them as a table."""
    points: dict[str, list[list[Any]]] = defaultdict(list)
    for figure in figures:
        number = _number(figure.value)
        if number is not None:
            points[figure.source or "unknown"].append([figure.at.isoformat(), number])
    if sum(map(len, points.values())) > 1:
        _over_time(role, points)
    with box("table", "tw-table"):
        Text("caption", role.capitalize())
        with box("thead"), box("tr"):
            for name in ("When", "Number", "Source"):
                named(Text("th", name), scope="col")
        with box("tbody"):
            for figure in figures:
                with box("tr"):
                    Text("td", f"{figure.at:%Y-%m-%d %H:%M}", "tw-time")
                    Text("td", figure.text, "tw-strong")
                    Text("td", figure.source)


def _over_time(role: str, points: Mapping[str, list[list[Any]]]) -> None:
    text = {"color": _GREY}
    chart = ui.echart({
        "animation": False,
        "grid": {"left": 8, "right": 24, "top": 34, "bottom": 8, "containLabel": True},
        "legend": {"top": 0, "textStyle": text, "type": "scroll"},
        "xAxis": {"type": "time", "axisLabel": text, "axisLine": {"lineStyle": text}},
        "yAxis": {"type": "value", "axisLabel": text, "splitLine": {"lineStyle": {"color": _GREY, "opacity": 0.25}}},
        "series": [
            {"type": "line", "name": source, "data": found, "symbolSize": 9, "step": "end"}
            for source, found in points.items()
        ],
    }).classes("tw-numbers")  # fmt: skip
    named(chart, role="img", aria_label=f"{role.capitalize()}, over time by source; the table has the same numbers")


def _number(value: str) -> float | None:
    try:
        number = float(Decimal(value))
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return number if abs(number) < float("inf") else None
