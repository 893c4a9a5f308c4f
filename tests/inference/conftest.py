import pytest
from triton_double import TritonDouble

from inference.text.words import WordTokenizer
from topology.settings import REPOSITORY


@pytest.fixture(scope="session")
def tokenizer():
    return WordTokenizer(REPOSITORY / "triton_models" / "text_extraction" / "1" / "tokenizer.json")


@pytest.fixture
async def double():
    server = TritonDouble()
    await server.start()
    yield server
    await server.stop()
