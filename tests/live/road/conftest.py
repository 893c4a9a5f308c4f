"""A lane of its own for each test of the road."""

from pathlib import Path

import pytest

from tests.live.road.harness import Lane


@pytest.fixture
async def lane(kafka: str, tmp_path: Path) -> Lane:
    lane = Lane(kafka, tmp_path)
    await lane.open()
    return lane
