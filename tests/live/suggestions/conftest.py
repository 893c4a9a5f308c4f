"""An empty graph for each test, in the test run's own Neo4j."""

from tests.live.sink.conftest import driver, prepared, writer

__all__ = ["driver", "prepared", "writer"]
