"""`triplewire chaos` and `triplewire soak`: trials of endurance on a stack of their own."""

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from topology.cli.output import fail

if TYPE_CHECKING:
    from topology.chaos.result import Trial
    from topology.settings import Settings

STATE = Path(".triplewire/chaos")
SOAK_STATE = Path(".triplewire/soak")
PORT_BASE = 26000


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(chaos)
    app.command()(soak)


def chaos(
    *,
    kills: Annotated[
        int, typer.Option(min=1, help="How many times to strike: kills, freezes, cuts and the rest.")
    ] = 30,
    seed: Annotated[int, typer.Option(help="Seed of the feed and of the blows.")] = 0,
    feed: Annotated[
        list[Path] | None,
        typer.Option(help="Where the articles' texts come from; by default the sample feed and, if there, the data."),
    ] = None,
    size: Annotated[int, typer.Option(min=2, help="Records on their way at each blow.")] = 48,
    session_timeout: Annotated[
        float, typer.Option(min=1, help="Session time-out of the consumer groups, in seconds.")
    ] = 6.0,
    barrage: Annotated[
        int,
        typer.Option(min=1, help="How many blows fall, seconds apart, before the stream may recover."),
    ] = 1,
    minutes: Annotated[
        float | None, typer.Option(min=0.1, help="Time for the blows, in minutes; those that do not fit are left out.")
    ] = None,
    stages: Annotated[str, typer.Option(help="Stages that have a worker.")] = "news,entities,sink,media,suggestions",
    port_base: Annotated[int, typer.Option(help="Port base of the run's own stack.")] = PORT_BASE,
    output: Annotated[
        Path | None, typer.Option(help="Folder for chaos.md and chaos.json; nothing is written without it.")
    ] = None,
    add: Annotated[bool, typer.Option("--add", help="Keep the earlier runs in that folder, and add this one.")] = False,
) -> None:
    """Kill, freeze and cut off every process while a feed flows, and compare the graph with an undisturbed run's."""
    from topology.bench.run import describe_machine  # noqa: PLC0415
    from topology.chaos.barrage import LONGEST_PAUSE  # noqa: PLC0415
    from topology.chaos.errors import ChaosError  # noqa: PLC0415
    from topology.chaos.page import page  # noqa: PLC0415
    from topology.chaos.result import Trial  # noqa: PLC0415
    from topology.chaos.run import ChaosPlan, run  # noqa: PLC0415
    from topology.chaos.stack import ChaosStack, own_settings  # noqa: PLC0415
    from topology.cli.stack.view import bringing_up  # noqa: PLC0415
    from topology.local.errors import StackError  # noqa: PLC0415
    from topology.local.keeper import LONGEST_PAUSE as USUAL_PAUSE  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    declared = settings()
    feeds = _feeds(declared, feed)
    chosen = tuple(filter(None, stages.split(",")))
    pictures = _pictures(STATE / "pictures") if "media" in chosen else None
    more = {"media_roots": str(pictures)} if pictures else {}
    own = own_settings(STATE.resolve(), declared.cache.resolve(), port_base, session_timeout=session_timeout, **more)
    _use(own)
    stack, console = ChaosStack(own, LONGEST_PAUSE if barrage > 1 else USUAL_PAUSE), Console()
    seconds = minutes * 60 if minutes else float("inf")
    wanted = ChaosPlan(kills, seed, feeds, size, chosen, pictures, seconds, barrage)
    machine = describe_machine()
    stack.down()
    try:
        with bringing_up() as report:
            undisturbed, disturbed = asyncio.run(
                run(stack, wanted, lambda line: console.print(line, highlight=False, soft_wrap=True), report)
            )
    except (ChaosError, StackError) as error:
        fail(f"{error}; the logs are in {stack.settings.state / 'logs'}")
    except KeyboardInterrupt:
        stack.down()
        fail("interrupted; the stack was stopped.")
    command = f"triplewire chaos --kills {kills} --seed {seed} --size {size} --session-timeout {session_timeout:g}"
    command += f" --barrage {barrage} --stages {stages}" if barrage > 1 else f" --stages {stages}"
    conditions: dict[str, str | int] = {
        "command": f"`{command}`" + (f", within {minutes:g} minutes" if minutes else ""),
        "feeds": ", ".join(path.name for path in feeds),
        "seed": seed,
    }
    trials = [*(_earlier(output) if output and add else []), Trial.of(undisturbed, disturbed, machine, conditions)]
    text = page(trials)
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    if output:
        _write(output, "chaos", text, {"trials": trials})
        console.print(f"wrote {output}")
    if not trials[-1].verdict.clean:
        raise typer.Exit(1)


def soak(
    *,
    articles: Annotated[int, typer.Option(min=1, help="Most articles.")] = 1_000_000,
    hours: Annotated[float, typer.Option(min=0.001, help="Longest time, in hours.")] = 2.0,
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between samples.")] = 10.0,
    seed: Annotated[int, typer.Option(help="Seed of the articles.")] = 0,
    feed: Annotated[
        list[Path] | None,
        typer.Option(help="Where the articles' texts come from; by default the sample feed and, if there, the data."),
    ] = None,
    port_base: Annotated[int, typer.Option(help="Port base of the run's own stack.")] = PORT_BASE,
    output: Annotated[
        Path | None, typer.Option(help="Folder for soak.md, soak.json and soak.png; nothing is written without it.")
    ] = None,
) -> None:
    """Send many short articles for a long time, and report whether memory, files, disk and latency stay level."""
    import shutil  # noqa: PLC0415

    from streams.sources.producer import PublishError  # noqa: PLC0415
    from topology.admin.topics import TopicError  # noqa: PLC0415
    from topology.bench.run import describe_machine  # noqa: PLC0415
    from topology.chaos.feed import source_articles  # noqa: PLC0415
    from topology.chaos.stack import own_settings  # noqa: PLC0415
    from topology.cli.stack.view import bringing_up  # noqa: PLC0415
    from topology.demo.progress import StalledError  # noqa: PLC0415
    from topology.demo.run import bring_up, undone_on_interrupt  # noqa: PLC0415
    from topology.local.errors import StackError  # noqa: PLC0415
    from topology.local.stack import LocalStack  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415
    from topology.soak.articles import soak_items  # noqa: PLC0415
    from topology.soak.page import draw, page, settled  # noqa: PLC0415
    from topology.soak.run import SoakPlan  # noqa: PLC0415
    from topology.soak.run import soak as run  # noqa: PLC0415

    declared = settings()
    feeds = _feeds(declared, feed)
    items = soak_items(source_articles(*feeds), seed, "soak")
    _use(own_settings(SOAK_STATE.resolve(), declared.cache.resolve(), port_base, batch_size=256, sink_batch=2000))
    stack, console = LocalStack(settings()), Console()
    machine = describe_machine()
    stack.down()
    shutil.rmtree(SOAK_STATE, ignore_errors=True)

    def say(line: str) -> None:
        console.print(line, highlight=False, soft_wrap=True)

    try:
        with undone_on_interrupt(stack):
            with bringing_up() as report:
                bring_up(stack, report)
            plan = SoakPlan(articles, hours * 3600, every, seed)
            soaked = asyncio.run(run(stack, plan, items, say))
    except (PublishError, StalledError, StackError, TopicError) as error:
        fail(f"{error}; the logs are in {stack.settings.state / 'logs'}")
    except KeyboardInterrupt:
        fail("interrupted; the stack was stopped.")
    stack.down()
    conditions: dict[str, str | int | float] = {
        "command": f"`triplewire soak --articles {articles} --hours {hours:g} --every {every:g} --seed {seed}`",
        "feeds": ", ".join(path.name for path in feeds),
    }
    text = page(soaked, machine, conditions, "soak.png")
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    if output:
        slopes = {f"{process}: {what}": found for (process, what), found in settled(soaked).items()}
        numbers = {"machine": machine, "conditions": conditions, "slopes": slopes, "soaked": soaked}
        _write(output, "soak", text, numbers)
        draw(soaked, output / "soak.png")
        console.print(f"wrote {output}")


def _earlier(folder: Path) -> "list[Trial]":
    import orjson  # noqa: PLC0415
    from pydantic import TypeAdapter  # noqa: PLC0415

    from topology.chaos.result import Trial  # noqa: PLC0415

    file = folder / "chaos.json"
    return TypeAdapter(list[Trial]).validate_python(orjson.loads(file.read_bytes())["trials"]) if file.exists() else []


def _write(folder: Path, name: str, page: str, numbers: dict[str, object]) -> None:
    import orjson  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.md").write_text(page, encoding="utf-8")
    (folder / f"{name}.json").write_bytes(orjson.dumps(numbers) + b"\n")


def _feeds(declared: "Settings", chosen: list[Path] | None) -> tuple[Path, ...]:
    from topology.demo.feed import SAMPLE, current_events  # noqa: PLC0415

    events = current_events(declared)
    return tuple(chosen or [SAMPLE, *([events] if events else [])])


def _use(own: "Settings") -> None:
    """Makes this process and those that it starts use these settings, and has any signal to end stop the stack."""
    from topology.cli.stack.view import interrupt_once  # noqa: PLC0415
    from topology.local.stack import environment  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    interrupt_once()
    os.environ |= environment(own)
    settings.cache_clear()


def _pictures(folder: Path) -> Path | None:
    from importlib.util import find_spec  # noqa: PLC0415

    if not find_spec("cv2"):
        return None
    from topology.demo.sample_pictures import write  # noqa: PLC0415

    return write(folder.resolve()).parent
