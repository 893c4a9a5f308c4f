"""`triplewire bench`: the speed of the whole pipeline on this machine, and where the CPU time goes."""

import asyncio
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from topology.cli.output import fail

STATE = Path(".triplewire/bench")
PORT_BASE = 22000


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(bench)


def bench(
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="A short run, to see that it works; its numbers mean little.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of the random choices.")] = 0,
    port_base: Annotated[int, typer.Option(help="Port base of the benchmark's own stack.")] = PORT_BASE,
    output: Annotated[
        Path | None,
        typer.Option(help="Folder for bench.md and bench.json; by default docs/evaluation, for a full run only."),
    ] = None,
) -> None:
    """Measure throughput, latency and CPU time of the whole pipeline on a separate embedded stack."""
    import orjson  # noqa: PLC0415

    from streams.sources.producer import PublishError  # noqa: PLC0415
    from topology.admin.topics import TopicError  # noqa: PLC0415
    from topology.bench.page import page  # noqa: PLC0415
    from topology.bench.run import BenchSizes, clean_state, measure  # noqa: PLC0415
    from topology.cli.stack.view import bringing_up  # noqa: PLC0415
    from topology.demo.feed import default_feed  # noqa: PLC0415
    from topology.demo.progress import StalledError  # noqa: PLC0415
    from topology.demo.run import bring_up, undone_on_interrupt  # noqa: PLC0415
    from topology.local.errors import StackError  # noqa: PLC0415
    from topology.local.stack import LocalStack  # noqa: PLC0415
    from topology.ontology import OntologyError  # noqa: PLC0415
    from topology.settings import REPOSITORY, Settings, settings  # noqa: PLC0415

    feed = default_feed(settings())
    own = {"TRIPLEWIRE_STATE": STATE.resolve(), "TRIPLEWIRE_PORT_BASE": port_base}
    servers = LocalStack(Settings(state=STATE, port_base=port_base)).services
    # Overrides addresses from the environment or .env: only the benchmark's own servers are measured.
    own |= {f"TRIPLEWIRE_{name.upper()}": service.address for name, service in servers.items()}
    os.environ |= {name: str(value) for name, value in own.items()}
    settings.cache_clear()
    sizes = {"warmup": 100, "articles": 400, "paced": 120, "triples": 10_000}
    if not quick:
        sizes = {"warmup": 600, "articles": 4000, "paced": 720, "triples": 50_000}
    console = Console()
    stack = LocalStack(settings())
    stack.down()
    clean_state(STATE)
    try:
        with undone_on_interrupt(stack):
            with bringing_up() as report:
                bring_up(stack, report)
            result = asyncio.run(measure(stack, BenchSizes(feed=feed, seed=seed, **sizes), console))
    except (PublishError, StalledError, StackError, TopicError, OntologyError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("interrupted; the benchmark's stack was stopped.")
    stack.down()
    text = page(result)
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    folder = output or (None if quick else REPOSITORY / "docs" / "evaluation")
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "bench.md").write_text(text, encoding="utf-8")
        (folder / "bench.json").write_bytes(orjson.dumps(asdict(result), option=orjson.OPT_INDENT_2) + b"\n")
        console.print(f"wrote {folder}")
