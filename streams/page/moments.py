"""A timeline as a list: the newest day first."""

from collections.abc import Sequence
from itertools import groupby

from streams.desk.timeline import Moment
from streams.page.elements import Text, badge, box, link, none, path

MOST = 60
"""Moments that are shown."""


def show(moments: Sequence[Moment]) -> None:
    """Shows moments, which come oldest first."""
    if not moments:
        none("No day is known on which something happened, began or ended.")
        return
    newest = list(reversed(moments))[:MOST]
    with box("ol", "tw-timeline"):
        for day, group in groupby(newest, lambda moment: moment.day):
            with box("li"):
                Text("time", day, "tw-day")
                with box("ul"):
                    for moment in group:
                        with box("li"):
                            _moment(moment)
    if len(moments) > MOST:
        Text("p", f"The newest {MOST} of {len(moments)}.", "tw-note")


def _moment(moment: Moment) -> None:
    badge(moment.what.replace("_", " "), "happening" if moment.happening else "fact")
    if moment.standing:
        badge(moment.standing, "doubt")
    if moment.happening:
        link(moment.text, path("happening", moment.happening.id))
    else:
        Text("span", moment.text)
    if moment.sources:
        Text("span", ", ".join(moment.sources[:3]), "tw-source")
