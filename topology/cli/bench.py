"""`triplewire bench`: the speed of the whole pipeline on this machine, and of the API next to it."""

import asyncio
import os
import time
from collections.abc import Coroutine
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console

from topology.cli.output import fail

if TYPE_CHECKING:
    from collections.abc import Callable

    from topology.local.stack import LocalStack

T = TypeVar("T")

STATE = Path(".triplewire/bench")
PORT_BASE = 22000
API_PORT = 80
"""Port of the API above the port base, as in the settings' defaults."""


class Part(StrEnum):
    """What is measured."""

    ROAD = "road"
    SERVE = "serve"
    MODEL = "model"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(bench)


def bench(
    part: Annotated[
        Part,
        typer.Argument(
            help="`road`: the way of articles into the graph; `serve`: the API next to it; `model`: reading alone."
        ),
    ] = Part.ROAD,
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="A short run, to see that it works; its numbers mean little.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of the random choices.")] = 0,
    port_base: Annotated[int, typer.Option(help="Port base of the benchmark's own stack.")] = PORT_BASE,
    output: Annotated[
        Path | None,
        typer.Option(help="Folder for the page and its JSON; by default docs/evaluation, for a full run only."),
    ] = None,
) -> None:
    """Measure speed and CPU time: of the whole pipeline on a separate embedded stack, of the API, or of reading."""
    from topology.settings import REPOSITORY  # noqa: PLC0415

    console = Console()
    measured = {Part.ROAD: _road, Part.SERVE: _serve, Part.MODEL: _model}
    name, text, data = measured[part](quick, seed, port_base, console)
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    folder = output or (None if quick else REPOSITORY / "docs" / "evaluation")
    if folder:
        _write(folder, name, text, data)
        console.print(f"wrote {folder}")


def _road(quick: bool, seed: int, port_base: int, console: Console) -> tuple[str, str, dict[str, Any]]:
    from topology.bench.page import page  # noqa: PLC0415
    from topology.bench.run import BenchSizes, measure  # noqa: PLC0415
    from topology.bench.sink import SinkSizes  # noqa: PLC0415
    from topology.demo.feed import default_feed, long_posts  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    sizes, sink = {"warmup": 100, "articles": 300, "paced": 60, "posts": 10}, SinkSizes(4000, 800, seed=seed)
    if not quick:
        sizes, sink = {"warmup": 2000, "articles": 10_000, "paced": 720, "posts": 200}, SinkSizes(seed=seed)
    long = next(iter(long_posts(settings())), None)
    wanted = BenchSizes(feed=default_feed(settings()), long=long, sink=sink, seed=seed, **sizes)
    began = time.monotonic()
    result = _on_own_stack(port_base, lambda stack: measure(stack, wanted, console, start=time.monotonic() - began))
    return "bench", page(result), asdict(result)


def _serve(quick: bool, seed: int, port_base: int, console: Console) -> tuple[str, str, dict[str, Any]]:
    from topology.bench.serve import ServeSizes, measure, summary  # noqa: PLC0415
    from topology.bench.serve_page import page  # noqa: PLC0415
    from topology.demo.feed import default_feed  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    sizes = {"warmup": 60, "full": 60, "paced": 36, "asking": 5, "rounds": 1}
    if not quick:
        sizes = {"warmup": 2000, "full": 1000, "paced": 360, "asking": 60, "rounds": 4}
    wanted = ServeSizes(feed=default_feed(settings()), seed=seed, **sizes)
    result = _on_own_stack(port_base, lambda stack: measure(stack, wanted, port_base + API_PORT, console))
    return "serve", page(result), summary(result)


def _model(quick: bool, _seed: int, _port_base: int, console: Console) -> tuple[str, str, dict[str, Any]]:
    from inference.evaluation.local_client import version_folder  # noqa: PLC0415
    from inference.text_extraction.results import read_labels  # noqa: PLC0415
    from topology.bench.reading import ReadingSizes, measure  # noqa: PLC0415
    from topology.bench.reading_page import page  # noqa: PLC0415
    from topology.bench.run import describe_machine  # noqa: PLC0415
    from topology.demo.feed import default_feed, long_posts  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    chosen = settings()
    feeds = [
        (default_feed(chosen), 20 if quick else 100),
        *((posts, 2 if quick else 10) for posts in long_posts(chosen)),
    ]
    readings = []
    for feed, articles in feeds:
        console.print(f"reading {feed.name}")
        try:
            readings.append(measure(chosen, ReadingSizes(feed, articles, rounds=2 if quick else 12)))
        except ValueError as error:
            fail(str(error))
    labels = (version_folder(chosen.models) / "labels.json").read_bytes()
    machine = describe_machine() | {"text model": read_labels(labels).version}
    return "reading", page(readings, machine), {"machine": machine, "readings": [asdict(one) for one in readings]}


def _on_own_stack(port_base: int, work: "Callable[[LocalStack], Coroutine[Any, Any, T]]") -> T:
    """Does work on an empty stack of its own, and stops it."""
    from streams.sources.producer import PublishError  # noqa: PLC0415
    from topology.admin.topics import TopicError  # noqa: PLC0415
    from topology.bench.run import clean_state  # noqa: PLC0415
    from topology.bench.serve import ApiError  # noqa: PLC0415
    from topology.cli.stack.view import bringing_up  # noqa: PLC0415
    from topology.demo.progress import StalledError  # noqa: PLC0415
    from topology.demo.run import bring_up, undone_on_interrupt  # noqa: PLC0415
    from topology.local.errors import StackError  # noqa: PLC0415
    from topology.local.stack import LocalStack  # noqa: PLC0415
    from topology.ontology import OntologyError  # noqa: PLC0415
    from topology.settings import Settings, settings  # noqa: PLC0415

    own = {"TRIPLEWIRE_STATE": STATE.resolve(), "TRIPLEWIRE_PORT_BASE": port_base}
    servers = LocalStack(Settings(state=STATE, port_base=port_base)).services
    # Overrides addresses from the environment or .env: only the benchmark's own servers are measured.
    own |= {f"TRIPLEWIRE_{name.upper()}": service.address for name, service in servers.items()}
    os.environ |= {name: str(value) for name, value in own.items()}
    settings.cache_clear()
    stack = LocalStack(settings())
    stack.down()
    clean_state(STATE)
    try:
        with undone_on_interrupt(stack):
            with bringing_up() as report:
                bring_up(stack, report)
            result = asyncio.run(work(stack))
    except (PublishError, StalledError, StackError, TopicError, OntologyError, ApiError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("interrupted; the benchmark's stack was stopped.")
    stack.down()
    return result


def _write(folder: Path, name: str, text: str, data: dict[str, Any]) -> None:
    import orjson  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / f"{name}.json").write_bytes(
        orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS) + b"\n"
    )
