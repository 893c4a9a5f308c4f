"""A broker with TLS, logins and ACLs, for the tests of this folder."""

from collections.abc import AsyncIterator

import pytest

from tests.helpers.secure_kafka import STRANGER, TOKENS, SecureKafka, using
from topology.admin.topics import create_topics
from topology.rights import RIGHTS


@pytest.fixture(scope="session")
async def broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SecureKafka]:
    """The broker, with the rights of `topology/rights.py`, and the topics made by the user that may make them."""
    broker = SecureKafka(tmp_path_factory.mktemp("secure"), (*RIGHTS, STRANGER))
    try:
        broker.start()
        for user, rights in RIGHTS.items():
            await broker.grant(user, rights.acls())
        await broker.grant(TOKENS, RIGHTS["publisher"].acls())
        with using(broker.variables("setup")):
            assert set((await create_topics(broker.address)).values()) == {"created"}
        yield broker
    finally:
        broker.stop()
