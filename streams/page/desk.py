"""What the views ask with: the graph within the API's limits, the settings, and what this visitor may do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fastapi import Request

from streams.api.graph import Graph
from streams.api.happenings import Statistics
from streams.api.problems import GRAPH_ERRORS, ProblemError, of_graph
from streams.api.reading import BoundedReader
from streams.api.tokens import Scope, Token, TokenFile
from streams.page.broker import Broker
from streams.page.wire import Wire
from topology.settings import Settings

READING_ERRORS = (ProblemError, *GRAPH_ERRORS)
"""What a view's questions may raise."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What all visitors have in common.

    Attributes:
        tokens: Who is admitted; None if everybody on this machine is.
        wire: What arrives.
        broker: What Kafka says about the workers and dead letters.
        classes: Names of the classes of happenings, by id.
    """

    settings: Settings
    reader: BoundedReader
    statistics: Statistics
    tokens: TokenFile | None
    wire: Wire
    broker: Broker
    classes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk as one visitor has it.

    Attributes:
        shared: What all visitors have in common.
        token: The token with which the visitor logged in; None if nobody needs one.
        csrf: What a form of this visitor has to send back.
        dark: Whether the visitor wants a dark page; None to follow the system.
        again: Returns the token of the visitor's session as it is now; None once the session has ended.
    """

    shared: Shared
    token: Token | None
    csrf: str
    dark: bool | None
    again: Callable[[], Token | None]

    def graph(self) -> Graph:
        """Returns the graph for one action of the visitor, whose queries have a time in common.

        Raises:
            ProblemError: The visitor's token has expired or was withdrawn since, or does not allow reading.
        """
        if not self.may("read"):
            raise ProblemError(
                403, "not-allowed", "You may not read this", "This needs a token with the scope `read`: log in again."
            )
        return Graph(
            self.shared.reader.for_request(self.token.name if self.token else None), self.shared.settings.neo4j_database
        )

    def may(self, scope: Scope) -> bool:
        """Returns whether the visitor may do something now. Without tokens, everybody may read and nobody change."""
        tokens = self.shared.tokens
        if tokens is None:
            return scope in {"read", "stream"}
        return self.token is not None and scope in self.token.scopes and self.again() == self.token


def desk_of(request: Request) -> Desk:
    """Returns the desk of the visitor that made a request; the gate has put it there."""
    desk: Desk = request.state.desk
    return desk


def problem_of(error: Exception) -> ProblemError:
    """Returns what a visitor is shown of one of `READING_ERRORS`."""
    return error if isinstance(error, ProblemError) else of_graph(error)
