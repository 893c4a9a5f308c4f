"""Which of Neo4j's errors time heals, which a record is to blame for, and which are bugs."""

from collections.abc import Iterator
from contextlib import contextmanager

from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    ConstraintError,
    DriverError,
    Neo4jError,
)

from streams.road.stage import ConfigurationError as UnusableSettingsError
from streams.road.stage import PoisonError

_CONTENT = ("Neo.ClientError.Statement.ArgumentError", "Neo.ClientError.Statement.TypeError")
_HEALS = ("Neo.ClientError.Transaction.", "Neo.ClientError.Cluster.", "Neo.ClientError.Database.")


class GraphUnavailableError(Exception):
    """The write may succeed if it is repeated: the server is away, a deadlock, a commit of unknown outcome."""


class ConflictError(GraphUnavailableError):
    """A uniqueness constraint refused the write: another sink was quicker, or a record contradicts the graph."""


class GraphAccessError(UnusableSettingsError):
    """The server refuses us; only a person can help."""


@contextmanager
def translated() -> Iterator[None]:
    """Raises what the caller can act on instead of Neo4j's errors.

    Raises:
        GraphUnavailableError: Repeat. `IncompleteCommit` is among them: the offset in the same transaction tells.
        ConflictError: Repeat a few times.
        GraphAccessError: User, password or rights are wrong.
        PoisonError: A value that the graph cannot hold.
    """
    try:
        yield
    except ConstraintError as error:
        raise ConflictError(str(error)) from error
    except AuthError as error:
        raise GraphAccessError(
            f"Neo4j refuses the login ({error.message}); set TRIPLEWIRE_NEO4J_USER and TRIPLEWIRE_NEO4J_PASSWORD"
        ) from error
    except ClientError as error:
        if (error.code or "") in _CONTENT:
            raise PoisonError("refused-by-graph", str(error.message)) from error
        if (error.code or "").startswith(_HEALS):
            raise GraphUnavailableError(str(error)) from error
        raise
    except Neo4jError as error:
        raise GraphUnavailableError(str(error)) from error
    except ConfigurationError:
        raise
    except (DriverError, OSError) as error:
        raise GraphUnavailableError(str(error)) from error
