"""`triplewire watch`: alerts in the terminal, as they come."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from topology.cli.lines import fitted, printable, width
from topology.cli.output import fail

if TYPE_CHECKING:
    from streams.messages.alert_events import Alert
    from topology.settings import Settings

CONNECT_SECONDS = 15.0


def register(app: typer.Typer) -> None:
    """Adds the command."""

    @app.command()
    def watch(
        name: Annotated[str, typer.Argument(help="Name of the watch; by default all of them.")] = "",
        earlier: Annotated[bool, typer.Option("--earlier", help="Begin with the alerts that are kept.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Print each alert as a line of JSON.")] = False,
    ) -> None:
        """Print alerts as they come, until stopped (Ctrl-C). `triplewire worker alerts` makes them."""
        from topology.settings import settings  # noqa: PLC0415

        try:
            asyncio.run(_follow(settings(), name, earlier=earlier, as_json=as_json))
        except KeyboardInterrupt:
            raise typer.Exit from None


async def _follow(declared: "Settings", name: str, *, earlier: bool, as_json: bool) -> None:
    from streams.alerts.log import KafkaAlertLog  # noqa: PLC0415

    await _check(declared, name)
    async with KafkaAlertLog(declared.kafka, 0 if earlier else None) as alerts:
        if not as_json:
            typer.echo(f"Waiting for alerts of {name or 'all watches'}; stop with Ctrl-C.", err=True)
        async for one in alerts.all():
            if one.alert and name in {"", one.alert.watch}:
                typer.echo(one.alert.model_dump_json() if as_json else "\n".join(_lines(one.alert)))


async def _check(declared: "Settings", name: str) -> None:
    """Ends with a message if there is nothing to wait for."""
    from pathlib import Path  # noqa: PLC0415

    from aiokafka.errors import KafkaError  # noqa: PLC0415

    from streams.alerts.watch_file import WatchFileError, read_watches  # noqa: PLC0415
    from topology.access.kafka import check_admission, explained  # noqa: PLC0415
    from topology.ontology import load_ontology  # noqa: PLC0415

    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await check_admission(declared.kafka)
    except (KafkaError, OSError, TimeoutError) as error:
        why = await explained(error, declared.kafka)
        fail(f"{why}; `triplewire up kafka` starts Kafka here, TRIPLEWIRE_KAFKA names another")
    if name and declared.watch:
        try:
            known = [one.name for one in read_watches(Path(declared.watch), load_ontology(declared.ontology)).watches]
        except WatchFileError as error:
            fail(str(error))
        if name not in known:
            fail(f"{declared.watch} has no watch {name}; it has {', '.join(known) or 'none'}")


def _lines(alert: "Alert") -> list[str]:
    """Returns an alert in two lines: what was reported, and by whom in which article."""
    when = alert.found_at.astimezone().strftime("%H:%M:%S")
    why = "" if alert.why == "reported" else f" {alert.why}:"
    first = fitted(f"{when} {alert.watch}:{why} {alert.text}", width())
    sources = ", ".join(alert.sources[:3]) + (f" and {len(alert.sources) - 3} more" if len(alert.sources) > 3 else "")  # noqa: PLR2004
    article = alert.article
    said = fitted(f"  {sources}: {article.headline or article.id}", width())
    return [first, said, *([f"  {printable(article.url)}"] if article.url else [])]
