"""What tests of inference share."""

from collections.abc import Iterator

import pytest

from inference.text.language.words import WordTokenizer
from topology.settings import REPOSITORY, settings


@pytest.fixture(scope="session")
def tokenizer():
    return WordTokenizer(REPOSITORY / "triton_models" / "text_extraction" / "1" / "tokenizer.json")


@pytest.fixture
def story_data(tmp_path, monkeypatch):
    """A data folder with a feed of linked articles, and a cache folder of its own."""
    from tests.inference.training.next_entity.serial import write_feed  # noqa: PLC0415 - only training tests need it

    write_feed(tmp_path / "data" / "feeds" / "current-events.jsonl")
    monkeypatch.setenv("TRIPLEWIRE_CACHE", str(tmp_path / "cache"))
    settings.cache_clear()
    yield tmp_path / "data"
    settings.cache_clear()


@pytest.fixture
def one_thread() -> Iterator[None]:
    """More of them wait for each other longer than small sums take."""
    import torch  # noqa: PLC0415 - most tests here run without it, too

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
