"""`triplewire demo`: from nothing to a graph that you can explore, in one command."""

import asyncio
import signal
import time
from collections.abc import Iterable
from importlib.util import find_spec
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from topology.cli import output
from topology.cli.output import fail

if TYPE_CHECKING:
    from streams.sources import FeedRecord
    from topology.demo.run import Outcome
    from topology.local.stack import LocalStack

ITEMS = 500
SHOWN = 5
STOPPING = (signal.SIGINT, signal.SIGTERM)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(demo)


def demo(
    feed: Annotated[
        str,
        typer.Argument(
            help="A JSONL file, a folder or an RSS/Atom address. By default the sample feed and pictures, followed by "
            "illustrated posts and current events if the data folder has them."
        ),
    ] = "",
    *,
    number: Annotated[
        int | None,
        typer.Option("-n", "--number", min=1, help=f"Maximum number of articles; by default {ITEMS} current events."),
    ] = None,
    down: Annotated[bool, typer.Option("--down", help="Stop the stack afterwards.")] = False,
) -> None:
    """Start everything, publish a feed, and show the resulting graph.

    The stack keeps running afterwards, so that you can explore the graph. Ctrl-C stops whatever the demo started.
    """
    from streams.sources import SourceError  # noqa: PLC0415
    from streams.sources.producer import PublishError  # noqa: PLC0415
    from topology.admin.topics import TopicError  # noqa: PLC0415
    from topology.cli.stack.view import bringing_up  # noqa: PLC0415
    from topology.demo import pictures  # noqa: PLC0415
    from topology.demo.feed import folders  # noqa: PLC0415
    from topology.demo.page import open_page  # noqa: PLC0415
    from topology.demo.progress import StalledError  # noqa: PLC0415
    from topology.demo.run import bring_up, send_through, undone_on_interrupt  # noqa: PLC0415
    from topology.local.errors import StackError  # noqa: PLC0415
    from topology.local.stack import LocalStack  # noqa: PLC0415
    from topology.ontology import OntologyError  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    console = output.console()
    stack = LocalStack(settings())
    try:
        items = _items(feed, number)
        roots = folders(items) if _has_media_extra() else []
        overlay = settings().state / "demo-pictures.png"
        with undone_on_interrupt(stack):
            console.print("starting Kafka, Neo4j, Triton and the workers (the first start downloads them)")
            start = time.monotonic()
            with bringing_up() as report:
                bring_up(stack, report, roots, suggestions=True)
            _say_where(open_page(stack, roots), console)

            async def go() -> "tuple[Outcome, dict[str, list[str]]]":
                signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
                console.print(f"ready after {time.monotonic() - start:.0f} s")
                outcome = await send_through(items, console, media=bool(roots), suggestions=True)
                return outcome, await pictures.draw(outcome.pictures, settings(), overlay) if roots else {}

            # An interrupt while asyncio creates its loop would leave a broken loop, and warnings about it.
            signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
            outcome, texts = asyncio.run(go())
            _print_account(outcome, console)
            _print_graph(outcome, stack, console)
            if roots:
                pictures.show(outcome.pictures, texts, overlay, outcome.pictures_refused, console)
            elif folders(items):
                console.print("the pictures were skipped: analysing them needs the extra `media`", highlight=False)
            if down:
                stack.down()
    except (SourceError, PublishError, StalledError, StackError, TopicError, OntologyError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("interrupted; everything that the demo had started was stopped.")
    if not down:
        _print_next_steps(stack, outcome, console)
    if outcome.account.missing:
        some = ", ".join(sorted(outcome.account.missing)[:SHOWN])
        fail(f"{len(outcome.account.missing)} articles are neither in the graph nor in the dead letters: {some}")


def _say_where(address: str, console: Console) -> None:
    if address:
        console.print(f"The page: {address} (it fills while the articles are read)", highlight=False)


def _items(feed: str, number: int | None) -> "list[FeedRecord]":
    from streams.sources import SourceError, read_source  # noqa: PLC0415
    from topology.demo.feed import SAMPLE, current_events, illustrated_posts  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    # Read before anything is started, so that a wrong name fails at once.
    if feed:
        items = list(islice(read_source(feed), number))
    else:
        # The sample feed contains facts that change; a few hundred real articles rarely report a successor.
        events = current_events(settings())
        first = list(chain(_sample_pictures(), read_source(str(SAMPLE)), illustrated_posts(settings())))
        real = read_source(str(events)) if events else ()
        items = list(islice(chain(first, real), number or ITEMS + len(first)))
    if not items:
        raise SourceError(f"{feed} contains no article")
    return items


def _has_media_extra() -> bool:
    """Returns whether the extra `media` is installed."""
    return all(find_spec(name) for name in ("av", "cv2", "rapidocr"))


def _sample_pictures() -> "Iterable[FeedRecord]":
    """Returns the articles of the sample pictures, which we draw ourselves."""
    if not _has_media_extra():
        return ()
    from streams.sources import read_source  # noqa: PLC0415
    from topology.demo.sample_pictures import write  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    return read_source(str(write(settings().state / "sample-pictures")))


def _print_account(outcome: "Outcome", console: Console) -> None:
    account, seconds = outcome.account, outcome.seconds
    articles = len(account.in_graph) + len(account.refused)
    console.print(
        f"{len(account.in_graph)} articles in the graph and {len(account.refused)} in the dead letters after "
        f"{seconds:.1f} s: {articles / seconds:.0f} articles/s, {outcome.triples / seconds:.0f} triples and names/s. "
        "An article counts once, whatever was published about it later; a withdrawn one stays, marked.",
        highlight=False,
        soft_wrap=True,
    )
    for key, reason in sorted(account.refused.items())[:SHOWN]:
        console.print(f"  {key}: {reason}", markup=False, highlight=False, soft_wrap=True)
    console.print()


def _print_graph(outcome: "Outcome", stack: "LocalStack", console: Console) -> None:
    from topology.demo import highlights  # noqa: PLC0415
    from topology.demo import report as table  # noqa: PLC0415

    table.show(outcome.report, console)
    highlights.show(outcome.highlights, console)
    _print_suggestions(outcome, stack, console)


def _print_suggestions(outcome: "Outcome", stack: "LocalStack", console: Console) -> None:
    from rich.text import Text  # noqa: PLC0415

    from topology.cli.graph.learned import LEGEND, print_suggestion  # noqa: PLC0415

    console.print()
    if outcome.suggested is None:
        log = stack.processes.log("worker-suggestions")
        console.print(f"the suggestions worker has not caught up; see {log}", highlight=False, soft_wrap=True)
        return
    console.print(Text("Suggested links that nobody has reported", style="bold"))
    for each in outcome.suggested:
        print_suggestion(each, console)
    if outcome.suggested:
        console.print(LEGEND, highlight=False, style="dim")
    else:
        console.print("  none that the model considers probable enough")


def _print_next_steps(stack: "LocalStack", outcome: "Outcome", console: Console) -> None:
    from topology.local.neo4j import Neo4j, password_file  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    neo4j = stack.services["neo4j"]
    examples = outcome.report.examples
    lines = [
        ("triplewire graph show " + (f'"{examples[0].subject}"' if examples else "NAME"), "facts about an entity"),
        ("triplewire graph history NAME", "its facts over time: from when until when"),
        ("triplewire graph related NAME", "its neighbours, and suggested links with reasons"),
        ("triplewire publish --headline … --body …", "publish an article of your own"),
        ("triplewire media overlay PICTURE -o OUT.png", "what is detected in a picture of your own"),
        ("triplewire dead-letters list", "records that could not be read, and why"),
        ("triplewire status", "what is running"),
        ("triplewire down", "stop everything; the data stays"),
    ]
    console.print()
    if isinstance(neo4j, Neo4j):
        password = password_file(settings().state)
        console.print(f"Look at the graph: {neo4j.browser} (connect to {neo4j.address}, user neo4j,", soft_wrap=True)
        console.print(f"  password in {password}: {password.read_text()})", soft_wrap=True, highlight=False)
    for command, meaning in lines:
        console.print(f"  {command:<48} {meaning}", markup=False, highlight=False, soft_wrap=True)
