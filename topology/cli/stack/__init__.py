"""`triplewire up`, `down`, `restart` and `status`: the embedded stack and its workers."""

from typing import TYPE_CHECKING, Annotated

import typer

from topology.cli.output import fail

if TYPE_CHECKING:
    from topology.local.stack import LocalStack, ServiceState

Services = Annotated[
    list[str] | None, typer.Argument(help="kafka, neo4j or triton; by default all of them.", show_default=False)
]
Stages = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[STAGE]…",
        help="Stages (news, entities, media, sink, suggestions) or servers (kafka, neo4j, triton); by default all "
        "workers that the stack runs.",
        show_default=False,
    ),
]
WORKER = "worker-"
"""Prefix of a worker's name among the stack's processes."""


def up(
    services: Services = None,
    *,
    workers: Annotated[bool, typer.Option(help="Start the workers again that the last `down` stopped.")] = True,
) -> None:
    """Start the embedded Kafka, Neo4j and Triton, and wait until each answers a real request.

    The first start downloads the servers. A server that is already running is checked, and repaired or restarted if
    needed. Without arguments, the workers that the last `down` stopped start again too.
    """
    from topology.cli.stack.view import print_states  # noqa: PLC0415
    from topology.local.stack import NAMES, LocalStack  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    if unknown := set(services or ()) - set(NAMES):
        fail(f"no such service: {', '.join(sorted(unknown))}; the services are {', '.join(NAMES)}.")
    stack = LocalStack(settings())
    if warning := stack.memory_warning(services or NAMES):
        typer.echo(warning, err=True)
    states = _up(stack, services or NAMES)
    print_states(states)
    if services or not workers:
        return
    if started := stack.bring_back():
        typer.echo(f"started again: {', '.join(started)}; their logs are in {stack.processes.log('').parent}")
    elif not any(record.name.startswith(WORKER) for record in stack.processes.records()):
        typer.echo("no worker runs yet: `triplewire worker news` and `triplewire worker sink` start the first two")


def _up(stack: "LocalStack", services: "list[str] | tuple[str, ...]") -> "list[ServiceState]":
    from topology.cli.stack.view import bringing_up, interrupt_once  # noqa: PLC0415
    from topology.local.errors import StackError  # noqa: PLC0415

    interrupt_once()
    try:
        with bringing_up() as report:
            return stack.up(services, report)
    except StackError as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("interrupted; what had been started was stopped.")


def down() -> None:
    """Stop the embedded stack and every worker started with it. The data stays."""
    from topology.local.stack import LocalStack  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    ended = LocalStack(settings()).down()
    typer.echo(f"stopped {', '.join(ended)}" if ended else "nothing was running")
    if any(name.startswith(WORKER) for name in ended):
        typer.echo("`triplewire up` starts the workers again")


def restart(stages: Stages = None) -> None:
    """Restart workers, for example after a change of the ontology or of a setting; or servers.

    Concerns what the stack runs in the background. A worker that you started with `triplewire worker` in a shell is
    restarted there: Ctrl-C, and the command again. Nothing is lost or counted twice.
    """
    from streams.presence import present  # noqa: PLC0415
    from topology.cli.stack.view import print_states  # noqa: PLC0415
    from topology.local.stack import NAMES, LocalStack  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    stack = LocalStack(settings())
    running = {record.name.removeprefix(WORKER): record for record in stack.processes.records()}
    running = {name: record for name, record in running.items() if record.name not in (*NAMES, "keeper")}
    wanted = list(dict.fromkeys(stages or running))
    if not wanted:
        fail("no worker runs in the background; `triplewire worker STAGE` runs one in this shell.")
    for name in wanted:
        if name not in running and name not in NAMES:
            pids = [str(worker.pid) for worker in present(settings().state) if worker.stage == name]
            if pids:
                fail(f"the {name} worker (pid {', '.join(pids)}) was started in a shell: stop it there with Ctrl-C.")
            choice = ", ".join([*running, *NAMES])
            fail(f"nothing called {name!r} runs in the background; there is {choice}.")
    servers = [name for name in wanted if name in NAMES]
    for name in servers:
        stack.stop_process(name)
    if servers:
        print_states(_up(stack, servers))
    for name in wanted:
        if name in running:
            stack.restart_process(running[name])
            typer.echo(f"restarted the {name} worker; its log is {stack.processes.log(running[name].name)}")


def status() -> None:
    """Show the embedded stack's servers and workers; exits with status 1 if one of them does not work.

    Of a worker it shows where it serves /health and /metrics, and how many records wait to be read by its stage.
    """
    from topology.cli.stack.status_table import print_status  # noqa: PLC0415
    from topology.local.stack import LocalStack  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    stack = LocalStack(settings())
    states = stack.status()
    print_status(stack, states)
    if any(not state.ready and state.state != "stopped" for state in states):
        fail("something that was started does not work; `triplewire up` repairs the servers.")


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    for command in (up, down, restart, status):
        app.command()(command)
