import os
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from topology.chaos.feed import source_articles
from topology.demo.feed import SAMPLE
from topology.soak.articles import soak_items
from topology.soak.page import draw, page, settled
from topology.soak.run import Soaked, place
from topology.soak.sampling import DISK, FILES, MEMORY, THREADS, sample
from topology.soak.slopes import slope

MINUTE = 60.0


def test_articles_vary_in_id_date_and_names_and_are_the_same_every_time():
    articles = source_articles(SAMPLE)
    found = list(islice(soak_items(articles, 3, "soak"), 3 * len(articles)))
    assert found == list(islice(soak_items(articles, 3, "soak"), 3 * len(articles)))
    assert len({item.key for item in found}) == len(found)
    assert len({item.article.published_at for item in found}) == len(found)
    assert not any(item.problem for item in found)
    first, second = found[0].article.body, found[len(articles)].article.body
    assert first != second
    assert max(len(item.article.body) for item in found) < 1000
    assert [place(item) for item in found[:3]] == [0, 1, 2]


def test_a_rise_is_found_and_noise_is_level():
    draw = np.random.default_rng(0)
    seconds = [10.0 * n for n in range(120)]
    noise = draw.normal(0, 1, 120)
    level = slope(seconds, 100 + noise)
    assert not level.rises
    assert level.low < 0 < level.high
    rising = slope(seconds, [100 + 30 * s / 3600 + n for s, n in zip(seconds, noise, strict=True)])
    assert rising.rises
    assert rising.low < 30 < rising.high
    assert slope(seconds, list(100 + noise)) == level


def test_the_interval_of_what_moves_slowly_is_wide():
    """Neighbouring samples are alike, so a walk that happens to rise is no proof."""
    draw = np.random.default_rng(1)
    seconds = [10.0 * n for n in range(200)]
    independent = draw.normal(0, 1, 200)
    alike = np.convolve(draw.normal(0, 1, 220), np.ones(21), "valid") / np.sqrt(21)
    narrow, wide = slope(seconds, independent), slope(seconds, alike)
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)


def test_too_few_samples_say_nothing():
    assert slope([1.0, 2.0], [1.0, 2.0]) is None


def test_a_sample_measures_processes_and_folders(tmp_path):
    (tmp_path / "log").write_bytes(os.urandom(2 << 20))
    found = sample({"us": [os.getpid()], "gone": [2**22 - 1]}, {"kafka": tmp_path})
    assert set(found) == {"us", "kafka"}
    assert found["us"][MEMORY] > 20
    assert found["us"][FILES] >= 3
    assert found["us"][THREADS] >= 1
    assert found["kafka"][DISK] == pytest.approx(2, abs=0.1)


def test_the_page_and_the_plot_show_what_rises(tmp_path):
    soaked = Soaked(articles=1000, seconds=1200.0)
    for n in range(120):
        soaked.moments.append(10.0 * n)
        soaked.published.append(n)
        soaked.samples.append({"sink": {MEMORY: 100.0 + n, FILES: 20.0}})
        soaked.latency.append(1.0 if n % 2 else None)
        soaked.slowest.append(2.0)
    slopes = settled(soaked)
    assert slopes["sink", MEMORY].per_hour == pytest.approx(360)
    text = page(soaked, {"cores": "2"}, {"command": "c"}, "soak.png")
    rows = {line.split("|")[-2].strip() for line in text.splitlines() if line.startswith("| sink")}
    assert rows == {"rises", "level"}
    assert "1000 articles in 20.0 minutes" in text
    assert "says little about leaks" in text
    assert "says little about leaks" not in page(replace(soaked, seconds=7200.0), {}, {}, "soak.png")
    draw(soaked, tmp_path / "soak.png")
    assert (tmp_path / "soak.png").stat().st_size > 10_000
