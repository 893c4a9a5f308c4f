"""The desk's page in the demo: its process, and where to look."""

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from topology.demo.run import media_roots
from topology.local import ports
from topology.local.stack import LocalStack
from topology.settings import settings

PAGE = "page"
"""Name of its process."""


def open_page(stack: LocalStack, pictures: Sequence[Path]) -> str:
    """Starts the page unless it runs already.

    Args:
        stack: The servers.
        pictures: Folders whose pictures it may show.

    Returns:
        Its address; empty if the extra `serve` is not installed, the page is not wanted, or its port is taken.
    """
    declared = settings()
    installed = all(map(find_spec, ("fastapi", "nicegui", "uvicorn")))
    if not declared.serve_page or not installed:
        return ""
    if pictures:
        stack.stop_process(PAGE)  # it may run with the pictures of another feed
    if not stack.processes.alive(PAGE):
        if not ports.free(declared.serve_port):
            return ""
        variables = {"TRIPLEWIRE_MEDIA_ROOTS": media_roots(pictures)} if pictures else {}
        stack.start_process(PAGE, [sys.executable, "-m", "streams.api.server"], variables)
    return f"http://127.0.0.1:{declared.serve_port}/"
