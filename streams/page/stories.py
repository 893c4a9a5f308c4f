"""The view of a story: its happenings in order of time, on a map, and who takes part most."""

from collections import Counter

from fastapi import Request

from streams.api.graph import LONGEST
from streams.api.problems import ProblemError
from streams.desk import stories
from streams.desk.details.parts import parts
from streams.page.charts import world
from streams.page.desk import Desk
from streams.page.elements import Text, box, counted, link, path, section
from streams.page.frame import titled, view
from streams.page.happenings import row, spots

MOST_NAMES = 12


async def show(desk: Desk, request: Request) -> None:
    """Shows the view."""
    id_ = request.path_params["story"][:LONGEST]
    graph = desk.graph()
    found = await stories.story(graph.driver, id_, graph.database)
    if found is None or found.id != id_:
        raise ProblemError(404, "unknown-story", "No such story", f"No story has the id {id_!r}.")
    titled(found.title, "story")
    taking = await parts(graph.driver, [one.id for one in found.happenings], graph.database)
    with box("div", "tw-columns"):
        with (
            box("div", "tw-column"),
            section("What happened", note="In order of time."),
            box("ol", "tw-happenings"),
        ):
            for one in found.happenings:
                with box("li"):
                    row(one)
        with box("div", "tw-column"):
            places = spots(taking)
            if places:
                with section("Map"):
                    world(places)
            _who(Counter((part.name, part.id) for part in taking if part.role != "where"))


def _who(times_of: Counter[tuple[str, str]]) -> None:
    if not times_of:
        return
    with section("Who takes part"), box("ul", "tw-list"):
        for (name, id_), times in times_of.most_common(MOST_NAMES):
            with box("li"):
                link(name, path("entity", id_))
                Text("span", f"in {counted(times, 'happening')}", "tw-note")


def register(patience: float) -> None:
    """Adds the view."""
    view("/story/{story}", "Story", patience)(show)
