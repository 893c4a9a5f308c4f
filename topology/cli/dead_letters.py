"""`triplewire dead-letters`: records that could not be processed, why, and how to try them again or repair them."""

import asyncio
import json
import sys
from collections.abc import Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from topology.cli.lines import fitted, printable, width, wrapped
from topology.cli.output import fail
from topology.topics import RAW_MEDIA, RAW_NEWS

if TYPE_CHECKING:
    from streams.road.dead_letters import DeadLetter

ALL = 1000
"""More lines than a dead letter has."""

R = TypeVar("R")


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    group = typer.Typer(no_args_is_help=True, help="Records that could not be processed, and why.")
    app.add_typer(group, name="dead-letters")

    group.command("list")(list_)
    group.command()(show)
    group.command()(repair)

    @group.command()
    def replay(
        offsets: Annotated[
            list[int] | None, typer.Argument(help="Offsets of dead letters, as `list` shows them.")
        ] = None,
        *,
        everything: Annotated[bool, typer.Option("--all", help="Replay all that were not replayed yet.")] = False,
        offset: Annotated[
            list[int] | None, typer.Option(help="The same as an offset without the option (repeatable).")
        ] = None,
        reason: Annotated[str, typer.Option(help="With --all: only records refused for this reason.")] = "",
        attempts: Annotated[
            int, typer.Option(min=1, help="With --all: skip records that have already failed this many times.")
        ] = 3,
    ) -> None:
        """Publish dead letters again to the topics they came from."""
        from streams.road import replay as replays  # noqa: PLC0415

        wanted = {*(offsets or ()), *(offset or ())}
        if everything == bool(wanted):
            fail("give --all, or offsets (see `triplewire dead-letters list`)")
        found = _run(replays.read_letters(_kafka()))
        if wanted:
            chosen = [letter for letter in found.letters if letter.record.offset in wanted]
            if missing := sorted(wanted - {letter.record.offset for letter in chosen}):
                fail(f"no dead letter at offset {', '.join(map(str, missing))}; see `triplewire dead-letters list`")
        else:
            chosen = [letter for letter in found.waiting(attempts) if reason in {"", letter.reason}]
        skipped: list[str] = []
        try:
            count = _run(replays.replay(_kafka(), chosen, skipped=lambda error: skipped.append(str(error))))
        except ValueError as error:
            fail(str(error))
        typer.echo(f"{count} replayed")
        if skipped:
            fail("\n".join(skipped))


def list_(
    reason: Annotated[str, typer.Option(help="Only records refused for this reason, such as not-json.")] = "",
    stage: Annotated[str, typer.Option(help="Only records refused by this stage, such as news.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="Show at most this many, the newest ones.")] = 50,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object per line, with the original value.")
    ] = False,
) -> None:
    """Show dead letters, newest last."""
    from streams.road.replay import read_letters  # noqa: PLC0415

    found = _run(read_letters(_kafka()))
    fitting = [letter for letter in found.letters if reason in {"", letter.reason} and stage in {"", letter.stage}]
    letters = fitting[-limit:]
    if as_json:
        for letter in letters:
            typer.echo(json.dumps(_row(letter, letter.record.offset in found.replayed)))
        return
    for letter in letters:
        for line in _lines(letter, replayed=letter.record.offset in found.replayed):
            typer.echo(line)
    typer.echo(_summary(len(letters), len(fitting), len(found.letters)))


def show(
    offset: Annotated[int, typer.Argument(help="Offset of the dead letter, as `list` shows it.")],
) -> None:
    """Print the original bytes of a dead letter on standard output, and what is wrong with them on standard error.

    `triplewire dead-letters show 12 > record.json` keeps the bytes, to be repaired and published with `repair`.
    """
    from streams.road.replay import CutLetterError, original  # noqa: PLC0415

    letter, replayed = _letter(offset)
    for line in _lines(letter, replayed=replayed, most=ALL):
        typer.echo(line, err=True)
    value = letter.record.value
    try:
        value = _run(original(_kafka(), letter)).value
    except CutLetterError as error:
        typer.echo(f"{error}. Only its first {len(value or b'')} bytes follow.", err=True)
    if value is None:
        typer.echo("the record has no value (null)", err=True)
    sys.stdout.buffer.write(value or b"")
    sys.stdout.flush()
    if sys.stdout.isatty() and not (value or b"").endswith(b"\n"):
        typer.echo("", err=True)  # the prompt begins a line, and what is written to a file stays as it was


def repair(
    offset: Annotated[int, typer.Argument(help="Offset of the dead letter, as `list` shows it.")],
    file: Annotated[str, typer.Argument(metavar="FILE", help="The repaired record; `-` reads standard input.")],
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Publish FILE even if it is still not valid, or has another id.")
    ] = False,
) -> None:
    """Publish a repaired record in a dead letter's place: to its topic, under its key, with its headers.

    The dead letter then counts as replayed. A record whose id could not be read has no key of its own; its
    repaired form is published under the id that it has now.
    """
    from streams.road import replay as replays  # noqa: PLC0415
    from streams.road.publisher import KAFKA_DEFAULT_LIMIT, LIMITS  # noqa: PLC0415

    try:
        value = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    letter, replayed = _letter(offset)
    if replayed and not force:
        fail(f"the dead letter at offset {offset} was replayed already; --force publishes another version")
    if len(value) > LIMITS.get(letter.topic, KAFKA_DEFAULT_LIMIT):
        fail(f"{file} has {len(value)} bytes, more than the topic {letter.topic} takes")
    key, problem = _checked(letter, value)
    if problem and not force:
        fail(f"{problem}; nothing is published. Correct {file}, or pass --force")
    try:
        _run(replays.replay(_kafka(), [_repaired(letter, key, value)]))
    except ValueError as error:
        fail(str(error))
    typer.echo(f"published {len(value)} bytes on {letter.topic} under the key {printable(_text(key) or '(none)')}")


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
    from streams.road.dead_letters import printable  # noqa: PLC0415

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
        "headers": [[printable(name), _text(value)] for name, value in letter.original_headers],
        "cut": {"length": letter.length, "sha256": letter.sha256} if letter.cut else None,
        "replays": letter.replays,
        "replayed": replayed,
    }


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode(errors="backslashreplace")


def _letter(offset: int) -> "tuple[DeadLetter, bool]":
    """Returns the dead letter at an offset, and whether it was replayed."""
    from streams.road.replay import read_letters  # noqa: PLC0415

    found = _run(read_letters(_kafka()))
    for letter in found.letters:
        if letter.record.offset == offset:
            return letter, offset in found.replayed
    return fail(f"no dead letter at offset {offset}; see `triplewire dead-letters list`")


def _checked(letter: "DeadLetter", value: bytes) -> tuple[bytes | None, str]:
    """Returns the key under which to publish a repaired record, and what is wrong with it; empty if nothing is."""
    from pydantic import ValidationError  # noqa: PLC0415

    from streams.messages.events import Article, MediaItem  # noqa: PLC0415
    from streams.road.wire.error_headers import PREFIX  # noqa: PLC0415
    from streams.sources.feed_record import explain  # noqa: PLC0415

    events: dict[str, type[Article | MediaItem]] = {RAW_NEWS.name: Article, RAW_MEDIA.name: MediaItem}
    event = events.get(letter.topic)
    key = letter.record.key
    if event is None:
        return key, ""
    try:
        id_ = event.model_validate_json(value).id.encode()
    except ValidationError as error:
        return key, f"this is still not valid: {explain(error)}"
    # `publish` makes up a key for what has no id, other publishers send none, and of one too long only a part is here.
    if not key or key.startswith(b"bad-") or letter.record.header(PREFIX + "key.length") is not None:
        return id_, ""
    return key, "" if id_ == key else f"its id is {_text(id_)}, but the record's key is {_text(key)}"


def _repaired(letter: "DeadLetter", key: bytes | None, value: bytes) -> "DeadLetter":
    """Returns a dead letter with another value, and without notes on the old one, such as that it was cut."""
    record = replace(letter.record, key=key, value=value, headers=letter.original_headers)
    return replace(letter, record=record)


def _lines(letter: "DeadLetter", *, replayed: bool, most: int = 3) -> Iterator[str]:
    """Yields two or more lines on a dead letter that fit the terminal."""
    record = letter.record
    marks = " · replayed" if replayed else f" · replayed {letter.replays} times before" if letter.replays else ""
    place = f"{letter.topic}/{letter.partition}@{letter.offset}"
    head = f"{record.offset:>6}  {record.time:%Y-%m-%d %H:%M:%S}  {letter.reason} · {letter.stage} · {place}{marks}"
    yield fitted(head, width()) if most < ALL else printable(head)
    if key := printable(_text(record.key) or ""):
        yield from wrapped(f"key {key}", " " * 8, most)
    yield from wrapped(letter.message, " " * 8, most)


def _summary(shown: int, fitting: int, total: int) -> str:
    plural = "s" * (total != 1)
    if fitting != total:
        return f"{shown} of {fitting} that fit, of {total} dead letter{plural}"
    return f"{total} dead letter{plural}" + (f"; the newest {shown} are shown, see --limit" if shown < total else "")
