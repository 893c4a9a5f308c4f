"""A map without tiles, and numbers over time: ECharts' options, and the same as text for those who do not see them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from math import cos, radians
from pathlib import Path
from typing import Any

from nicegui import ui

from streams.desk.happening_views import Figure
from streams.page.elements import Text, box, named

LAND = Path(__file__).with_name("land.json")
"""The land of the world as rings of [longitude, latitude], from Natural Earth's 1:110m land (public domain), simplified
to a quarter of a degree."""

_GREY = "#76808f"
_PALETTE = ["#2563eb", "#d97706", "#059669", "#db2777", "#7c3aed", "#0891b2", "#65a30d", "#dc2626"]
_NEAR = 12.0
"""Degrees around what a map shows."""

LABELS = 12
"""Places of a map that have their name beside them; more would cover each other."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a map, in degrees."""

    name: str
    latitude: float
    longitude: float


@lru_cache(maxsize=1)
def _land() -> list[list[list[float]]]:
    land: list[list[list[float]]] = json.loads(LAND.read_text(encoding="utf-8"))
    return land


def world(spots: Sequence[Spot]) -> None:
    """Shows places on a map of the land around them, as SVG: ECharts' maps need a file that NiceGUI cannot give it."""
    west, east = _range([spot.longitude for spot in spots], 180.0)
    south, north = _range([spot.latitude for spot in spots], 85.0)
    # A degree of longitude is shorter than one of latitude: as in the middle of the map.
    across = max(0.2, cos(radians((south + north) / 2)))

    def placed(longitude: float, latitude: float) -> tuple[float, float]:
        return round((longitude - west) * across, 2), round(north - latitude, 2)

    width, height = placed(east, south)
    land = [
        line
        for line in _land()
        if min(x for x, _ in line) <= east and max(x for x, _ in line) >= west
        and min(y for _, y in line) <= north and max(y for _, y in line) >= south
    ]  # fmt: skip
    outline = "".join("M" + "L".join("{} {}".format(*placed(*point)) for point in line) + "Z" for line in land)
    # Sizes are in degrees: they grow with what the map shows.
    unit = width / 100
    view = box("svg", "tw-map", viewBox=f"0 0 {width} {height}", preserveAspectRatio="xMidYMid slice")
    with named(view, role="img", aria_label="Map: " + ", ".join(spot.name for spot in spots)):
        box("path", "tw-land", d=outline, stroke_width=f"{unit * 0.25:.3f}")
        for number, spot in enumerate(spots):
            x, y = (f"{value:g}" for value in placed(spot.longitude, spot.latitude))
            box("circle", "tw-spot", cx=x, cy=y, r=f"{unit * 1.4:.3f}")
            if number < LABELS:
                at = {"x": f"{float(x) + unit * 2.2:g}", "y": f"{float(y) + unit * 1.1:g}"}
                named(Text("text", spot.name, "tw-spot-name"), font_size=f"{unit * 3.4:.3f}", **at)


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
        "color": _PALETTE,
        "legend": {"top": 0, "textStyle": text, "type": "scroll"},
        "xAxis": {"type": "time", "axisLabel": text, "axisLine": {"lineStyle": text}},
        "yAxis": {"type": "value", "axisLabel": text, "splitLine": {"lineStyle": {"color": _GREY, "opacity": 0.25}}},
        "series": [
            {"type": "line", "name": source, "data": found, "symbol": "circle", "symbolSize": 11, "step": "end",
             "label": {"show": True, "position": "top", "color": _GREY}}
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
