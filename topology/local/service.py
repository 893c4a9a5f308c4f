"""What every server of the embedded stack has in common."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from topology.local.artifacts import Progress
from topology.local.processes import Processes
from topology.settings import Settings


class Service(ABC):
    """A server of the embedded stack.

    Attributes:
        name: As on the command line.
        grace: Seconds it may take to end when asked.
        patience: Seconds until a start counts as failed.
        passing: Last words of a server that only chance kept from starting: it is started again.
    """

    name: ClassVar[str]
    grace: ClassVar[float] = 20
    patience: ClassVar[float] = 300
    passing: ClassVar[tuple[str, ...]] = ()

    def __init__(self, settings: Settings) -> None:
        """Works with these settings."""
        self.settings = settings

    @property
    def data(self) -> Path:
        """The server's own folder in the state."""
        return self.settings.state.resolve() / self.name

    @property
    @abstractmethod
    def ports(self) -> dict[str, int]:
        """Its loopback ports, by what they are for."""

    @property
    @abstractmethod
    def address(self) -> str:
        """Where clients find it."""

    @abstractmethod
    def prepare(self, progress: Progress) -> None:
        """Downloads what it needs.

        Raises:
            StackError: Something could not be had.
        """

    @abstractmethod
    def launch(self, processes: Processes) -> None:
        """Writes its configuration and starts it.

        Raises:
            StackError: It could not be set up.
        """

    @abstractmethod
    def problem(self) -> str:
        """Returns why it cannot be worked with at this moment, or nothing. Asks for something real."""

    def repair(self) -> None:  # noqa: B027 - most servers have nothing to do here
        """Does what helps a server that runs but does not work, if anything short of a restart does."""
