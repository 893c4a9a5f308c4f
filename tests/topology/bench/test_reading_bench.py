"""The measurement of what reading costs; how long anything takes is not tested."""

import pytest

pytest.importorskip("onnxruntime")

from topology.bench.reading import ENCODER, EXTRACTOR, MODEL, Reading, ReadingSizes, english, measure
from topology.bench.reading_page import page
from topology.demo.feed import SAMPLE
from topology.settings import Settings


def test_every_round_reads_articles_of_its_own_with_all_three():
    found = measure(Settings(), ReadingSizes(SAMPLE, articles=3, rounds=2))
    assert found.articles == 6
    assert {len(seconds) for seconds in found.seconds.values()} == {2}
    assert all(second > 0 for seconds in found.seconds.values() for second in seconds)
    texts = english(SAMPLE, 9)[3:]
    words = sum(len(f"{text.headline} {text.body}".split()) for text in texts)
    assert words < found.words < 1.4 * words  # signs are words too
    assert found.pieces == pytest.approx(1.3 * found.words, rel=0.25)


def test_a_small_feed_is_read_in_smaller_rounds(tmp_path):
    lines = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "small.jsonl").write_text("".join(lines[:8]), encoding="utf-8")
    found = measure(Settings(), ReadingSizes(tmp_path / "small.jsonl", articles=100, rounds=5))
    assert (found.articles, len(found.seconds[MODEL])) == (6, 3)
    (tmp_path / "none.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match="at least 3"):
        measure(Settings(), ReadingSizes(tmp_path / "none.jsonl", articles=1, rounds=5))


def test_the_page_compares_within_rounds():
    """The machine became twice as slow in the second round, which is no cost of the model's."""
    seconds = {ENCODER: [1.0, 2.0], MODEL: [1.25, 2.5], EXTRACTOR: [2.0, 4.0]}
    text = page([Reading("feed.jsonl", 200, 400, 10_000, 9_000, seconds)], {"cores": "2"})
    assert "| the model | 18.75 | 2,400 | 1.25 | 1.25–1.25 |" in text  # noqa: RUF001
    assert "| the whole extractor | 30.00 | 1,500 | 2.00 | 2.00–2.00 |" in text  # noqa: RUF001
    assert ": reached" in text
    seconds[MODEL] = [1.26, 2.52]
    assert ": not reached" in page([Reading("feed.jsonl", 200, 400, 10_000, 9_000, seconds)], {})
