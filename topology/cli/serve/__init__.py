"""`triplewire serve` and `serve-token`: the graph over HTTP, and who is admitted; `agents` has `triplewire mcp`."""

from datetime import datetime
from importlib.util import find_spec
from typing import Annotated, cast

import typer

from topology.cli.output import fail
from topology.cli.serve import agents


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(serve)
    app.command("serve-token")(serve_token)
    agents.register(app)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; by default TRIPLEWIRE_SERVE_HOST.")] = "",
    port: Annotated[int | None, typer.Option(help="Port; by default TRIPLEWIRE_SERVE_PORT.", min=0, max=65535)] = None,
    *,
    page: Annotated[
        bool | None,
        typer.Option("--page/--no-page", help="Whether to serve the page; by default TRIPLEWIRE_SERVE_PAGE."),
    ] = None,
) -> None:
    """Answer questions about the graph over HTTP until stopped (Ctrl-C): a page for people, an API for programs.

    docs/desk.md shows the page, docs/api.md describes what can be asked.
    """
    if not all(map(find_spec, ("fastapi", "nicegui", "uvicorn"))):
        fail("`triplewire serve` needs the extra `serve`: pip install 'triplewire[serve]'")
    from streams.api.server import serve as run  # noqa: PLC0415
    from streams.road.logs import configure_logging  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    given = {"serve_host": host or None, "serve_port": port, "serve_page": page}
    configure_logging()
    if not run(settings().model_copy(update={name: value for name, value in given.items() if value is not None})):
        raise typer.Exit(1)


def serve_token(
    name: Annotated[str, typer.Argument(help="Who will use it.")],
    scope: Annotated[
        list[str],
        typer.Option(
            help="`read`: answers; `stream`: events as they arrive; `operate`: replay dead letters; "
            "`editor`: corrections. Repeatable."
        ),
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
