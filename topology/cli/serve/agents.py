"""`triplewire mcp`: the graph for agents."""

from importlib.util import find_spec
from typing import Annotated

import typer

from topology.cli.output import fail


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("mcp")(mcp)


def mcp(
    port: Annotated[
        int | None,
        typer.Option(help="Answer over HTTP on this port of 127.0.0.1, at /mcp, instead.", min=1, max=65535),
    ] = None,
) -> None:
    """Answer an agent's questions about the graph over standard input and output (Model Context Protocol).

    It only reads. docs/agents.md says how to set up a client.
    """
    if not find_spec("mcp") or not find_spec("fastapi"):
        fail("`triplewire mcp` needs the extra `mcp`: pip install 'triplewire[mcp]'")
    from streams.agents.server import run  # noqa: PLC0415
    from streams.road.logs import configure_logging  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    configure_logging()
    run(settings(), port)
