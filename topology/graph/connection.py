"""How to reach the graph."""

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
        # Schema creation announces what it skips, and queries over labels that do not exist yet announce that.
        notifications_min_severity="OFF",
        user_agent="triplewire",
    )
