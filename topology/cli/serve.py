"""`triplewire serve` and `triplewire serve-token`: the graph over HTTP, and who is admitted."""

from datetime import datetime
from importlib.util import find_spec
from typing import Annotated, cast

import typer

from topology.cli.output import fail


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(serve)
    app.command("serve-token")(serve_token)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; by default TRIPLEWIRE_SERVE_HOST.")] = "",
    port: Annotated[int | None, typer.Option(help="Port; by default TRIPLEWIRE_SERVE_PORT.", min=0, max=65535)] = None,
) -> None:
    """Answer questions about the graph over HTTP until stopped (Ctrl-C). docs/api.md describes what can be asked."""
    if not find_spec("fastapi") or not find_spec("uvicorn"):
        fail("`triplewire serve` needs the extra `serve`: pip install 'triplewire[serve]'")
    from streams.api.server import serve as run  # noqa: PLC0415
    from streams.road.logs import configure_logging  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    given = {"serve_host": host or None, "serve_port": port}
    configure_logging()
    if not run(settings().model_copy(update={name: value for name, value in given.items() if value is not None})):
        raise typer.Exit(1)


def serve_token(
    name: Annotated[str, typer.Argument(help="Who will use it.")],
    scope: Annotated[
        list[str],
        typer.Option(help="`read`: answers; `stream`: events as they arrive; `editor`: corrections. Repeatable."),
    ] = [  # noqa: B006  # typer copies it
        "read"
    ],
    expires: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its last day; by default it does not expire.")
    ] = None,
) -> None:
    """Make a token: print it once on stderr, and on stdout the lines for the file TRIPLEWIRE_SERVE_TOKENS."""
    from streams.api.tokens import LONGEST_NAME, SCOPES, Scope, entry, new_token  # noqa: PLC0415

    if not 1 <= len(name) <= LONGEST_NAME:
        fail(f"a name has 1 to {LONGEST_NAME} characters")
    if unknown := sorted(set(scope) - set(SCOPES)):
        fail(f"no such scope: {', '.join(unknown)}; there are {', '.join(SCOPES)}")
    secret, token = new_token(name, frozenset(cast("list[Scope]", scope)), expires.date() if expires else None)
    typer.echo(f"The token, which is not shown again: {secret}", err=True)
    typer.echo(entry(token), nl=False)
