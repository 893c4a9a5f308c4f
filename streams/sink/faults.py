"""Sorts Neo4j's errors: those to retry, those that a record causes, and those that only a person can fix."""

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
_OUT_OF_MEMORY = "Neo.TransientError.General.MemoryPoolOutOfMemoryError"
_OWN_LIMIT = "db.memory.transaction.max"
"""Named in the message if a transaction was too large by itself, and not together with others."""

_RETRY = (
    "Neo.ClientError.Transaction.",
    "Neo.ClientError.Cluster.",
    "Neo.ClientError.Database.",
    # Another sink deleted what we were about to change while we waited for its lock.
    "Neo.ClientError.Statement.EntityNotFound",
)


class GraphUnavailableError(Exception):
    """The call may succeed if repeated: the server is away, a deadlock, a commit of unknown outcome."""


class ConflictError(GraphUnavailableError):
    """A uniqueness constraint refused the write: another sink was faster, or a record contradicts the graph."""


class GraphAccessError(UnusableSettingsError):
    """The server refuses us, and only a person can fix that."""


@contextmanager
def translated() -> Iterator[None]:
    """Replaces Neo4j's errors by errors that the caller can act on. Any other error is a bug and passes through.

    Raises:
        GraphUnavailableError: Repeat the call. That is safe for `IncompleteCommit` too, where nobody knows whether the
            commit happened: the offset is written in the same transaction and shows it.
        ConflictError: Repeat the call a few times.
        GraphAccessError: User, password or rights are wrong.
        PoisonError: refused-by-graph, a value that the graph cannot hold; too-much-memory, one transaction needs more
            memory than the server allows it. Smaller batches may pass, and the road tries halves.
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
        if (error.code or "").startswith(_RETRY):
            raise GraphUnavailableError(str(error)) from error
        raise
    except Neo4jError as error:
        if error.code == _OUT_OF_MEMORY and _OWN_LIMIT in str(error.message):
            raise PoisonError("too-much-memory", f"Neo4j refuses a transaction this large: {error.message}") from error
        raise GraphUnavailableError(str(error)) from error
    except ConfigurationError:
        raise
    except (DriverError, OSError) as error:
        raise GraphUnavailableError(str(error)) from error
