"""The connection to the graph."""

from neo4j import AsyncDriver, AsyncGraphDatabase

from topology.settings import Settings

LIFETIME_SECONDS = 600
TIMEOUT_SECONDS = 10


def connect(settings: Settings) -> AsyncDriver:
    """Returns a driver for the settings' Neo4j. Connects lazily; close it after use."""
    password = settings.neo4j_password.get_secret_value()
    return AsyncGraphDatabase.driver(
        settings.neo4j,
        auth=(settings.neo4j_user, password) if password else None,
        connection_timeout=TIMEOUT_SECONDS,
        max_connection_lifetime=LIFETIME_SECONDS,
        # Neo4j notifies of every constraint that already exists and of every label that does not exist yet.
        notifications_min_severity="OFF",
        user_agent="triplewire",
    )
