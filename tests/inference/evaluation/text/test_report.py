"""Calibration is measured as defined, and the text report's parts read the shipped model."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="its measures are those of training")

from inference.evaluation.text.calibration import table
from inference.evaluation.text.reliability import Scored, bins, expected_error
from inference.evaluation.text.speed import measure
from inference.text.language.sentences import split_sentences
from inference.text.language.words import WordTokenizer
from inference.text_extraction.windows import make_windows
from inference.training.text.served import Served
from topology.settings import REPOSITORY

MODEL = REPOSITORY / "triton_models" / "text_extraction" / "1"

pytestmark = pytest.mark.training


def _scored(*pairs: tuple[float, bool]) -> Scored:
    return Scored("made up", np.array([s for s, _ in pairs]), np.array([t for _, t in pairs], np.bool_))


def test_scores_that_mean_what_they_say_have_no_error() -> None:
    honest = _scored(*[(0.75, i % 4 != 0) for i in range(40)], *[(0.2, i % 5 == 0) for i in range(40)])
    assert expected_error(honest) == pytest.approx(0.0)
    assert [(b.score, b.right, b.count) for b in bins(honest)] == [
        (pytest.approx(0.2), pytest.approx(0.2), 40),
        (pytest.approx(0.75), pytest.approx(0.75), 40),
    ]


def test_the_error_weighs_bins_by_their_size() -> None:
    boastful = _scored(*[(0.9, False)] * 30, *[(0.1, False)] * 10)
    assert expected_error(boastful) == pytest.approx((30 * 0.9 + 10 * 0.1) / 40)
    assert table([boastful]).rows[0][1:4] == (40, pytest.approx(0.7), 0.0)


def test_a_score_of_one_has_its_place() -> None:
    assert [b.count for b in bins(_scored((1.0, True), (0.95, True)))] == [2]


def test_the_whole_model_takes_longer_than_its_encoder() -> None:
    tokenizer = WordTokenizer(MODEL / "tokenizer.json")
    text = "Apple chief executive Tim Cook met French President Emmanuel Macron in Paris. " * 3
    (words,) = tokenizer.words([text])
    windows = make_windows(words, split_sentences(text))
    table, aim = measure(Served(MODEL, MODEL), tokenizer, windows)
    rows = table.rows
    assert [row[0] for row in rows] == ["encoder alone", "mentions and relations"]
    assert rows[0][3] == 1.0
    assert rows[1][3] == aim.measured > 1
    assert all(row[1] > 0 and row[2] > row[1] for row in rows)
