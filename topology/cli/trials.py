"""`triplewire chaos`: trials of endurance on a stack of their own."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from topology.cli.output import fail

STATE = Path(".triplewire/chaos")
PORT_BASE = 26000

Output = Annotated[
    Path | None, typer.Option(help="Folder for the page and the numbers; by default docs/evaluation, if `--write`.")
]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(chaos)


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
    stages: Annotated[str, typer.Option(help="Stages that have a worker.")] = "news,entities,sink,media,suggestions",
    port_base: Annotated[int, typer.Option(help="Port base of the run's own stack.")] = PORT_BASE,
    output: Annotated[
        Path | None, typer.Option(help="Folder for chaos.md and chaos.json; nothing is written without it.")
    ] = None,
) -> None:
    """Kill, freeze and cut off every process while a feed flows, and compare the graph with an undisturbed run's."""
    import orjson  # noqa: PLC0415

    from topology.bench.run import describe_machine  # noqa: PLC0415
    from topology.chaos.errors import ChaosError  # noqa: PLC0415
    from topology.chaos.page import page  # noqa: PLC0415
    from topology.chaos.result import compare  # noqa: PLC0415
    from topology.chaos.run import ChaosPlan, run  # noqa: PLC0415
    from topology.chaos.stack import ChaosStack, own_settings  # noqa: PLC0415
    from topology.cli.stack_view import bringing_up  # noqa: PLC0415
    from topology.demo.feed import SAMPLE, current_events  # noqa: PLC0415
    from topology.local.errors import StackError  # noqa: PLC0415
    from topology.local.stack import environment  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    declared = settings()
    events = current_events(declared)
    feeds = tuple(feed or [SAMPLE, *([events] if events else [])])
    chosen = tuple(filter(None, stages.split(",")))
    pictures = _pictures(STATE / "pictures") if "media" in chosen else None
    more = {"media_roots": str(pictures)} if pictures else {}
    own = own_settings(STATE.resolve(), declared.cache.resolve(), port_base, session_timeout=session_timeout, **more)
    os.environ |= environment(own)
    settings.cache_clear()
    stack, console = ChaosStack(own), Console()
    wanted = ChaosPlan(kills, seed, feeds, size, chosen, pictures)
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
    verdict = compare(undisturbed, disturbed)
    command = f"triplewire chaos --kills {kills} --seed {seed} --size {size} --session-timeout {session_timeout:g}"
    conditions: dict[str, str | int] = {
        "command": f"`{command} --stages {stages}`",
        "feeds": ", ".join(path.name for path in feeds),
        "seed": seed,
        "blows": kills,
    }
    text = page(undisturbed, disturbed, verdict, machine, conditions)
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    if output:
        output.mkdir(parents=True, exist_ok=True)
        (output / "chaos.md").write_text(text, encoding="utf-8")
        found = {
            "verdict": verdict,
            "machine": machine,
            "conditions": conditions,
            "calm": undisturbed.calm,
            "struck": disturbed.struck,
        }
        (output / "chaos.json").write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")
        console.print(f"wrote {output}")
    if not verdict.clean:
        raise typer.Exit(1)


def _pictures(folder: Path) -> Path | None:
    from importlib.util import find_spec  # noqa: PLC0415

    if not find_spec("cv2"):
        return None
    from topology.demo.sample_pictures import write  # noqa: PLC0415

    return write(folder.resolve()).parent
