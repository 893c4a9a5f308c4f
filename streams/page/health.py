"""The view of the stream's health: how far stages lag, how fast records come, and what could not be read."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from fastapi import Request
from nicegui import ui
from nicegui.element import Element

from streams.page.broker import BROKER_ERRORS, MEASURED, Standing
from streams.page.desk import READING_ERRORS, Desk, problem_of
from streams.page.elements import Text, badge, box, counted, named, none, section, when
from streams.page.frame import titled, view
from streams.presence import present
from streams.road.dead_letters import DeadLetter
from streams.road.replay import DeadLetters

EVERY = 5.0
"""Seconds between two looks."""

LETTERS = 50
"""Dead letters that are shown, the newest."""

LONGEST = 400
"""Characters of a message of a dead letter."""

log = structlog.get_logger(__name__)


@dataclass
class Looking:
    """The parts of the view that change."""

    desk: Desk
    stages: Element
    rates: Element
    letters: Element
    status: Text

    async def look(self) -> None:
        """Shows how the stream stands now."""
        if not self.desk.may("read"):
            ui.navigate.reload()
            return
        try:
            standing = await self.desk.shared.broker.standing()
        except BROKER_ERRORS:
            self.status.set_text("Kafka does not answer; `triplewire doctor` says why.")
            return
        self.status.set_text("")
        self._stages(standing)
        self._rates(standing)

    def _stages(self, standing: Standing) -> None:
        workers = present(self.desk.shared.settings.state)
        self.stages.clear()
        with self.stages:
            for stage, lag in standing.lags.items():
                running = sum(worker.stage == stage for worker in workers)
                with box("tr"):
                    named(Text("th", stage), scope="row")
                    Text("td", f"{lag:,}", "tw-number")
                    with box("td"):
                        badge(f"{running} here" if running else "none here", "holds" if running else "")

    def _rates(self, standing: Standing) -> None:
        self.rates.clear()
        with self.rates:
            for topic in MEASURED:
                with box("tr"):
                    named(Text("th", topic), scope="row")
                    rate = f"{standing.rates[topic]:,.1f}" if standing.rates else "…"
                    Text("td", rate, "tw-number")
                    Text("td", f"{standing.ends[topic]:,}", "tw-number")

    async def read_letters(self) -> None:
        """Shows the dead letters."""
        try:
            found = await self.desk.shared.broker.letters()
        except BROKER_ERRORS:
            found = None
        self.letters.clear()
        with self.letters:
            if found is None:
                none("Kafka does not answer.")
            else:
                _letters(found, self._replay if self.desk.may("operate") else None)

    async def _replay(self, offset: int) -> None:
        if not self.desk.may("operate"):
            self.status.set_text("Your token does not allow this any more.")
            return
        try:
            said = await self.desk.shared.broker.replay(offset)
        except BROKER_ERRORS:
            said = "Kafka does not answer."
        log.info("replayed_from_page", offset=offset, by=self.desk.token and self.desk.token.name, outcome=said)
        self.status.set_text(said)
        await self.read_letters()


def _letters(found: DeadLetters, replay: Callable[[int], object] | None) -> None:
    newest = list(reversed(found.letters))[:LETTERS]
    if not newest:
        none("There are no dead letters.")
        return
    waiting = sum(one.record.offset not in found.replayed for one in found.letters)
    Text("p", f"The newest {counted(len(found.letters), 'dead letter')}; {waiting} not replayed.", "tw-note")
    with box("ul", "tw-letters"):
        for letter in newest:
            with box("li"):
                _letter(letter, replayed=letter.record.offset in found.replayed, replay=replay)


def _letter(letter: DeadLetter, *, replayed: bool, replay: Callable[[int], object] | None) -> None:
    offset = letter.record.offset
    with box("div", "tw-row-head"):
        Text("span", f"{offset}", "tw-strong")
        badge(letter.reason, "doubt")
        when(letter.record.time)
        Text("span", f"{letter.stage} · {letter.topic}/{letter.partition}@{letter.offset}", "tw-source")
        if replayed:
            badge("replayed", "holds")
        elif replay:
            button = ui.button("Replay", on_click=lambda: replay(offset)).props("outline dense size=sm no-caps")
            named(button, aria_label=f"Replay dead letter {offset}")
    Text("p", letter.message[:LONGEST], "tw-sentence")


async def show(desk: Desk, _: Request) -> None:
    """Shows the view."""
    titled("Health")
    desk.graph()  # refuses visitors who may not read
    status = named(Text("p", "", "tw-note"), role="status")
    with box("div", "tw-columns"):
        with box("div", "tw-column"):
            with section("Stages", note="Records that each stage has not finished yet, and workers on this machine."):
                stages = _table("Lag and workers by stage", ("Stage", "Lag", "Workers"))
            with section("Rates", note="Records by topic."):
                rates = _table("Records by topic", ("Topic", "A second", "In all"))
        with box("div", "tw-column"):
            with section("Dead letters", note="What could not be read, the newest first."):
                letters = box("div")
                if not desk.may("operate"):
                    _how_to_replay()
            await _counts(desk)
    looking = Looking(desk, stages, rates, letters, status)
    await looking.look()
    await looking.read_letters()
    ui.timer(EVERY, looking.look, immediate=False)


def _how_to_replay() -> None:
    with box("p", "tw-note"):
        Text("span", "To replay them, log in with a token that has the scope ")
        Text("code", "operate")
        Text("span", ", or run ")
        Text("code", "triplewire dead-letters replay")
        Text("span", ".")


def _table(caption: str, columns: tuple[str, ...]) -> Element:
    with box("table", "tw-table"):
        Text("caption", caption, "tw-hidden")
        with box("thead"), box("tr"):
            for name in columns:
                named(Text("th", name), scope="col")
        return box("tbody")


async def _counts(desk: Desk) -> None:
    with section("The graph"):
        try:
            answer = await desk.shared.statistics.answer()
        except READING_ERRORS as error:
            none(problem_of(error).title)
            return
        with box("dl", "tw-counts"):
            for name, count in answer.counts.items():
                with box("div"):
                    Text("dt", name)
                    Text("dd", f"{count:,}")


def register(patience: float) -> None:
    """Adds the view."""
    view("/status", "Health", patience)(show)
