"""`triplewire doctor`: what is wrong with the servers around us, and what to do about it."""

import asyncio
import logging
import shutil
from typing import Annotated

import typer

from topology.cli.output import fail
from topology.rights import RIGHTS

WIDEST = 100


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(doctor)


def doctor(
    *,
    client: Annotated[
        str, typer.Option("--as", help=f"Whose rights on Kafka to check: {', '.join(RIGHTS)}.", metavar="CLIENT")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    within: Annotated[float, typer.Option(min=0.1, help="Seconds that a server has for one request.")] = 5.0,
) -> None:
    """Examine Kafka, Triton, Neo4j and this machine, and say what to do; exits with status 1 if something must be done.

    Changes nothing. Logs in as the users of the settings.
    """
    from topology.doctor.examine import examine  # noqa: PLC0415
    from topology.doctor.report import as_json as json_of  # noqa: PLC0415
    from topology.doctor.report import lines, must_be_done  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    if client and client not in RIGHTS:
        fail(f"no client {client}; the clients are {', '.join(RIGHTS)}.")
    for library in ("aiokafka", "neo4j"):
        logging.getLogger(library).setLevel(logging.CRITICAL)  # what they log as errors, we report with advice
    findings = asyncio.run(examine(settings(), client=client, within=within))
    if as_json:
        typer.echo(json_of(findings))
    else:
        for line in lines(findings, min(WIDEST, shutil.get_terminal_size().columns)):
            typer.echo(line)
    if must_be_done(findings):
        raise typer.Exit(1)
