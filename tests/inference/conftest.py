import pytest

from inference.text.words import WordTokenizer
from topology.settings import REPOSITORY


@pytest.fixture(scope="session")
def tokenizer():
    return WordTokenizer(REPOSITORY / "triton_models" / "text_extraction" / "1" / "tokenizer.json")
