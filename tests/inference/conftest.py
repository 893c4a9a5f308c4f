"""What tests of inference share."""

from collections.abc import Iterator

import pytest

from inference.text.language.words import WordTokenizer
from topology.settings import REPOSITORY


@pytest.fixture(scope="session")
def tokenizer():
    return WordTokenizer(REPOSITORY / "triton_models" / "text_extraction" / "1" / "tokenizer.json")


@pytest.fixture
def one_thread() -> Iterator[None]:
    """More of them wait for each other longer than small sums take."""
    import torch  # noqa: PLC0415 - most tests here run without it, too

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
