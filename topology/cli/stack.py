"""`triplewire up`, `down` and `status`: the embedded stack."""

from typing import Annotated

import typer

from topology.cli.output import fail

Services = Annotated[
    list[str] | None, typer.Argument(help="kafka, neo4j or triton; by default all of them.", show_default=False)
]


def up(services: Services = None) -> None:
    """Start the embedded Kafka, Neo4j and Triton, and wait until each answers a real request.

    The first start downloads the servers. A server that is already running is checked, and repaired if needed.
    """
    from topology.cli.stack_view import bringing_up, interrupt_once, print_states  # noqa: PLC0415
    from topology.local.errors import StackError  # noqa: PLC0415
    from topology.local.stack import NAMES, LocalStack  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    if unknown := set(services or ()) - set(NAMES):
        fail(f"no such service: {', '.join(sorted(unknown))}; the services are {', '.join(NAMES)}.")
    stack = LocalStack(settings())
    if warning := stack.memory_warning(services or NAMES):
        typer.echo(warning, err=True)
    interrupt_once()
    try:
        with bringing_up() as report:
            states = stack.up(services or NAMES, report)
    except StackError as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("interrupted; what had been started was stopped.")
    print_states(states)


def down() -> None:
    """Stop the embedded stack and every worker started with it. The data stays."""
    from topology.local.stack import LocalStack  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    ended = LocalStack(settings()).down()
    typer.echo(f"stopped {', '.join(ended)}" if ended else "nothing was running")


def status() -> None:
    """Show the embedded stack's servers and workers; exits with status 1 if one of them does not work."""
    from topology.cli.stack_view import print_states  # noqa: PLC0415
    from topology.local.stack import LocalStack  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    states = LocalStack(settings()).status()
    print_states(states)
    if any(not state.ready and state.state != "stopped" for state in states):
        fail("something that was started does not work; `triplewire up` repairs the servers.")


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    for command in (up, down, status):
        app.command()(command)
