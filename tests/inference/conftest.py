"""What tests of inference share."""

import json
from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder whose feed of current events is a serial story."""
    from tests.inference.training.next_entity.serial import serial  # noqa: PLC0415 - of the training environment

    feed = tmp_path / "data" / "feeds" / "current-events.jsonl"
    feed.parent.mkdir(parents=True)
    lines = [
        {"published_at": f"{a.day}T00:00:00Z", "links": [{"text": e.upper(), "title": e} for e in a.entities]}
        for a in serial(12)
    ]
    feed.write_text("\n".join(map(json.dumps, lines)))
    monkeypatch.setenv("TRIPLEWIRE_CACHE", str(tmp_path / "cache"))
    settings.cache_clear()
    yield tmp_path / "data"
    settings.cache_clear()
