"""`triplewire dead-letters`: records that could not be processed, why, and how to try them again."""

import asyncio
import json
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from topology.cli.output import fail

if TYPE_CHECKING:
    from streams.road.dead_letters import DeadLetter

R = TypeVar("R")


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    group = typer.Typer(no_args_is_help=True, help="Records that could not be processed, and why.")
    app.add_typer(group, name="dead-letters")

    @group.command("list")
    def list_(
        reason: Annotated[str, typer.Option(help="Only records refused for this reason, such as not-json.")] = "",
        limit: Annotated[int, typer.Option(min=1, help="Show at most this many, the newest ones.")] = 50,
        as_json: Annotated[
            bool, typer.Option("--json", help="Print one JSON object per line, with the original value.")
        ] = False,
    ) -> None:
        """Show dead letters, newest last."""
        from streams.road.replay import read_letters  # noqa: PLC0415

        found = _run(read_letters(_kafka()))
        letters = [letter for letter in found.letters if reason in {"", letter.reason}][-limit:]
        if as_json:
            for letter in letters:
                typer.echo(json.dumps(_row(letter, letter.record.offset in found.replayed)))
        else:
            _table(letters, found.replayed, total=len(found.letters))

    @group.command()
    def replay(
        everything: Annotated[bool, typer.Option("--all", help="Replay all that were not replayed yet.")] = False,
        offset: Annotated[
            list[int] | None, typer.Option(help="Replay the dead letter at this offset (repeatable).")
        ] = None,
        reason: Annotated[str, typer.Option(help="With --all: only records refused for this reason.")] = "",
        attempts: Annotated[
            int, typer.Option(min=1, help="With --all: skip records that have already failed this many times.")
        ] = 3,
    ) -> None:
        """Publish dead letters again to the topics they came from."""
        from streams.road import replay as replays  # noqa: PLC0415

        if everything == bool(offset):
            fail("choose --all or --offset N (see `triplewire dead-letters list`)")
        found = _run(replays.read_letters(_kafka()))
        if offset:
            chosen = [letter for letter in found.letters if letter.record.offset in offset]
            if missing := sorted(set(offset) - {letter.record.offset for letter in chosen}):
                fail(f"no dead letter at offset {', '.join(map(str, missing))}; see `triplewire dead-letters list`")
        else:
            chosen = [letter for letter in found.waiting(attempts) if reason in {"", letter.reason}]
        try:
            typer.echo(f"{_run(replays.replay(_kafka(), chosen))} replayed")
        except ValueError as error:
            fail(str(error))


def _kafka() -> str:
    from topology.settings import settings  # noqa: PLC0415

    return settings().kafka


def _run(reading: Coroutine[Any, Any, R]) -> R:
    from aiokafka.errors import KafkaError  # noqa: PLC0415

    from topology.access.kafka import explained  # noqa: PLC0415

    try:
        return asyncio.run(reading)
    except (KafkaError, OSError) as error:
        why = asyncio.run(explained(error))
        fail(f"Kafka at {_kafka()} does not answer ({why}). Is it running? See `triplewire doctor`.")


def _row(letter: "DeadLetter", replayed: bool) -> dict[str, Any]:
    record = letter.record
    return {
        "offset": record.offset,
        "time": record.time.isoformat(),
        "reason": letter.reason,
        "message": letter.message,
        "stage": letter.stage,
        "from": {"topic": letter.topic, "partition": letter.partition, "offset": letter.offset},
        "key": _text(record.key),
        "value": _text(record.value),
        "headers": [[name, _text(value)] for name, value in letter.original_headers],
        "replays": letter.replays,
        "replayed": replayed,
    }


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode(errors="backslashreplace")


def _table(letters: "list[DeadLetter]", replayed: frozenset[int], *, total: int) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.markup import escape  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table("offset", "time", "reason", "from", "key", "message", "replayed", title=f"{total} dead letters")
    for letter in letters:
        record = letter.record
        table.add_row(
            str(record.offset),
            f"{record.time:%Y-%m-%d %H:%M:%S}",
            escape(letter.reason),
            escape(f"{letter.topic}/{letter.partition}@{letter.offset}"),
            escape((_text(record.key) or "")[:40]),
            escape(letter.message[:200]),
            "yes" if record.offset in replayed else "",
        )
    Console().print(table)
