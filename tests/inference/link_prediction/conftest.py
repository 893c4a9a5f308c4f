"""The link model's server and client, for every test of them."""

import pytest

from inference.link_prediction.client import LinkClient
from tests.inference.link_prediction.link_server import LinkServer
from tests.inference.serving import served
from topology.ontology import load_ontology
from topology.settings import settings


@pytest.fixture
async def server():
    async with served(
        LinkServer(), lambda url: LinkClient(url, load_ontology(settings().ontology), timeout=20)
    ) as server:
        yield server
