"""The command line: one module for each command or group of commands; each registers itself on `app`.

A module `topology/cli/<group>.py` has a function `register(app: typer.Typer) -> None`. Commands import what they need
inside the function body, so that `triplewire --help` is fast and a missing extra breaks only the commands that need it.
"""

from importlib import import_module
from importlib.util import find_spec

import typer

app = typer.Typer(name="triplewire", no_args_is_help=True, add_completion=False, pretty_exceptions_show_locals=False)

GROUPS = (
    "stack",
    "topics",
    "publish",
    "worker",
    "extract",
    "dead_letters",
    "models",
    "train",
    "evaluate",
    "terms",
    "media",
    "graph",
    "demo",
    "bench",
    "trials",
    "settings",
    "schemas",
)

for group in GROUPS:
    if find_spec(f"{__name__}.{group}"):
        import_module(f"{__name__}.{group}").register(app)
