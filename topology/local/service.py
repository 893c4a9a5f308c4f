"""The interface of the servers in the embedded stack."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from topology.local.artifacts import Progress
from topology.local.deadline import within
from topology.local.processes import Processes
from topology.settings import Settings

LOOK_WITHIN = 5.0
"""Seconds that a look at a server may take in all."""


class Service(ABC):
    """A server of the embedded stack.

    Attributes:
        name: Its name on the command line.
        grace: Seconds that it may take to stop.
        patience: Seconds after which a start counts as failed.
        passing: Messages of passing failures, after which a start is repeated.
        needs_mib: Memory that it takes at work, in MiB: heap, what it maps, and its children.
        answers_within: Seconds that it may take to answer a real request. `problem` may make several.
    """

    name: ClassVar[str]
    grace: ClassVar[float] = 20
    patience: ClassVar[float] = 300
    passing: ClassVar[tuple[str, ...]] = ()
    needs_mib: ClassVar[int] = 0
    answers_within: ClassVar[float] = 3

    def __init__(self, settings: Settings) -> None:
        """Uses these settings."""
        self.settings = settings

    @property
    def data(self) -> Path:
        """The server's own folder in the state."""
        return self.settings.state.resolve() / self.name

    @property
    @abstractmethod
    def ports(self) -> dict[str, int]:
        """Its loopback ports, by purpose."""

    @property
    @abstractmethod
    def address(self) -> str:
        """The address for clients."""

    @abstractmethod
    def prepare(self, progress: Progress) -> None:
        """Downloads what it needs.

        Raises:
            StackError: A download failed.
        """

    @abstractmethod
    def launch(self, processes: Processes) -> None:
        """Writes its configuration and starts it.

        Raises:
            StackError: It could not be set up.
        """

    @abstractmethod
    def problem(self) -> str:
        """Returns why it does not work at this moment; empty if it does. Makes a real request."""

    def check(self, seconds: float = LOOK_WITHIN) -> str:
        """Returns the same as `problem`, at the latest after these seconds, whatever the server does."""
        try:
            return within(seconds, self.problem)
        except TimeoutError as error:
            return f"does not answer: {error}"

    def repair(self) -> None:  # noqa: B027 - most servers have nothing to repair
        """Repairs a server that runs but does not work, if that is possible without a restart."""
