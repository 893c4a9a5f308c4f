"""The neighbourhood of an entity as a graph that grows: choosing an entity adds those that facts link with it."""

from dataclasses import dataclass

from nicegui import ui
from nicegui.events import EChartPointClickEventArguments

from streams.desk.learned import LinkedEntity, linked
from streams.page.desk import READING_ERRORS, Desk, problem_of
from streams.page.elements import Text, badge, box, link, named, none, path

AT_ONCE = 12
"""Entities that one entity adds, those with most evidence."""

MOST = 80
"""Entities that the graph may have; more cannot be read."""

COLOURS = {
    "person": "#2563eb",
    "organization": "#c2410c",
    "location": "#15803d",
    "event": "#7c3aed",
    "work": "#be185d",
    "product": "#0e7490",
    "office": "#a16207",
}
OTHER_COLOUR = "#64748b"


@dataclass
class Node:
    """An entity in the graph."""

    id: str
    name: str
    type: str
    grown: bool = False


class Neighbours:
    """The graph and the list of one visitor."""

    def __init__(self, desk: Desk, id_: str, name: str, type_: str) -> None:
        """Shows nothing yet."""
        self._desk = desk
        self._centre = id_
        self._nodes = {id_: Node(id_, name, type_)}
        self._edges: dict[tuple[str, str], tuple[str, ...]] = {}

    async def begin(self) -> None:
        """Shows the entity with its neighbours.

        Raises:
            ProblemError: The graph could not be asked.
        """
        await self._grow(self._centre)
        if not self._edges:
            none("No fact links it with another entity.")
            return
        self._chart = ui.echart(self._options(), on_point_click=self._chosen).classes("tw-chart")
        named(self._chart, role="img", aria_label="Graph of neighbours; the list below has the same entities")
        self._status = named(Text("p", "", "tw-note"), role="status")
        self._list = box("ul", "tw-list tw-neighbours", aria_label="Neighbours")
        self._fill()

    async def _grow(self, id_: str) -> None:
        node = self._nodes[id_]
        if node.grown:
            return
        graph = self._desk.graph()
        for one in await linked(graph.driver, id_, graph.database, AT_ONCE):
            self._add(id_, one)
        node.grown = True

    def _add(self, id_: str, one: LinkedEntity) -> None:
        if one.id not in self._nodes:
            if len(self._nodes) >= MOST:
                return
            self._nodes[one.id] = Node(one.id, one.name, one.type)
        first, second = sorted((id_, one.id))
        self._edges[first, second] = one.relations

    async def _chosen(self, event: EChartPointClickEventArguments) -> None:
        if event.data_type == "node" and isinstance(event.data, dict):
            await self._more(str(event.data.get("id", "")))

    async def _more(self, id_: str) -> None:
        """Adds the neighbours of an entity, and says what came of it."""
        if id_ not in self._nodes:
            return
        before = len(self._nodes)
        try:
            await self._grow(id_)
        except READING_ERRORS as error:
            self._status.set_text(problem_of(error).title)
            return
        added = len(self._nodes) - before
        full = " The graph is full." if len(self._nodes) >= MOST else ""
        self._status.set_text(f"{self._nodes[id_].name}: {added} more.{full}")
        self._chart.options.update(self._options())
        self._chart.update()
        self._fill()

    def _fill(self) -> None:
        self._list.clear()
        with self._list:
            for node in self._nodes.values():
                if node.id != self._centre:
                    self._row(node)

    def _row(self, node: Node) -> None:
        with box("li"):
            link(node.name, path("entity", node.id))
            badge(node.type)
            for (first, second), relations in self._edges.items():
                if node.id in (first, second):
                    other = self._nodes[second if first == node.id else first]
                    if other.id == self._centre or other.grown:
                        by = "" if other.id == self._centre else f"{other.name}: "
                        Text("span", by + ", ".join(relations), "tw-also")
            if not node.grown and len(self._nodes) < MOST:
                button = ui.button("More", on_click=lambda _, id_=node.id: self._more(id_))
                named(button.props("flat dense no-caps size=sm"), aria_label=f"More of {node.name}")

    def _options(self) -> dict[str, object]:
        """Returns ECharts' options. Names are values in it, never keys, since NiceGUI reads some keys as code."""
        grey = "#8a94a6"
        nodes = [
            {
                "id": node.id,
                "name": node.name,
                "symbolSize": 34 if node.id == self._centre else 20 if node.grown else 14,
                "itemStyle": {"color": COLOURS.get(node.type, OTHER_COLOUR)},
                "label": {"fontWeight": "bold" if node.id == self._centre else "normal"},
            }
            for node in self._nodes.values()
        ]
        links = [
            {"source": first, "target": second, "value": ", ".join(relations)}
            for (first, second), relations in self._edges.items()
        ]
        return {
            "animationDuration": 300,
            "series": [
                {
                    "type": "graph",
                    "layout": "force",
                    "roam": True,
                    "draggable": True,
                    "data": nodes,
                    "links": links,
                    "force": {"repulsion": 240, "edgeLength": [60, 130], "gravity": 0.12},
                    "label": {"show": True, "position": "bottom", "color": grey, "fontSize": 12, "width": 110,
                              "overflow": "truncate"},
                    "lineStyle": {"color": grey, "opacity": 0.6, "width": 1.2},
                    "emphasis": {"focus": "adjacency"},
                    "labelLayout": {"hideOverlap": True},
                }
            ],
        }  # fmt: skip
