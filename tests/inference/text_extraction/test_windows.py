import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.text.language.sentences import split_sentences
from inference.text.language.words import MAX_WORD_PIECES, Case
from inference.text_extraction.windows import MAX_PIECES, Window, make_windows, pack

PARAGRAPHS = st.lists(
    st.sampled_from(["Rain fell. ", "Paris met Antidisestablishmentarianism! ", "word ", "a-b\n\n", "日本。"]),
    max_size=60,
).map("".join)


def windows_of(tokenizer, text, max_pieces=MAX_PIECES):
    (words,) = tokenizer.words([text])
    return words, make_windows(words, split_sentences(text), max_pieces)


@given(PARAGRAPHS, st.integers(MAX_WORD_PIECES + 2, 60))
def test_every_word_is_in_one_window_that_fits(tokenizer, text, max_pieces):
    words, windows = windows_of(tokenizer, text, max_pieces)
    assert [i for w in windows for i in range(w.start, w.stop)] == list(range(len(words)))
    assert all(3 <= len(w) <= max_pieces for w in windows)


@given(PARAGRAPHS)
def test_sentences_that_fit_stay_whole(tokenizer, text):
    words, windows = windows_of(tokenizer, text, 40)
    for start, end in split_sentences(text):
        inside = [i for i, a in enumerate(words.starts) if start <= a < end]
        if inside and words.first[inside[-1] + 1] - words.first[inside[0]] <= 38:
            assert sum(w.start < inside[-1] + 1 and inside[0] < w.stop for w in windows) == 1


def test_a_short_text_is_one_window_and_no_text_is_none(tokenizer):
    words, windows = windows_of(tokenizer, "One. Two. Three.")
    assert windows == [Window(words, 0, 6)]
    assert windows[0].span(2, 4) == (5, 9)
    assert windows_of(tokenizer, " \n")[1] == []


def test_a_window_is_filled_before_the_next_begins(tokenizer):
    text = "Alpha beta gamma. " * 100
    _, windows = windows_of(tokenizer, text)
    assert [len(w) for w in windows] == [190, 190, 26]
    assert windows_of(tokenizer, text)[1] == windows


def test_a_packed_request(tokenizer):
    headline, body = tokenizer.words(["Rain", "NATO antidisestablishmentarianism ."])
    packed = pack([Window(headline, 0, 1), Window(body, 0, 3)], 101, 102)
    middle = body.first[2] - body.first[1]
    assert middle > 1
    assert packed.lengths.tolist() == [3, 4 + middle]
    assert packed.input_ids.tolist() == [101, *headline.pieces, 102, 101, *body.pieces, 102]
    lower = [Case.LOWER] * middle
    assert packed.case_ids.tolist() == [0, Case.CAPITALISED, 0, 0, Case.UPPER, *lower, Case.PUNCTUATION, 0]
    assert np.flatnonzero(packed.first_piece).tolist() == [1, 4, 5, 5 + middle]
    assert {str(packed.input_ids.dtype), str(packed.case_ids.dtype), str(packed.lengths.dtype)} == {"int32"}
    assert packed.first_piece.dtype == np.bool_


@given(st.lists(PARAGRAPHS, max_size=4))
def test_packing_is_windows_end_to_end(tokenizer, texts):
    windows = [w for text in texts for w in windows_of(tokenizer, text, 40)[1]]
    whole = pack(windows, 101, 102)
    assert whole.lengths.sum() == len(whole.input_ids) == len(whole.case_ids) == len(whole.first_piece)
    for name in ("input_ids", "case_ids", "first_piece", "lengths"):
        parts = [getattr(pack([w], 101, 102), name) for w in windows]
        assert getattr(whole, name).tolist() == [x for part in parts for x in part.tolist()]
    assert whole.first_piece.sum() == sum(w.stop - w.start for w in windows)


@pytest.mark.parametrize("word", ["x" * 5000, "ab1" * 33])
def test_giant_words_fit(tokenizer, word):
    _, windows = windows_of(tokenizer, f"{word} " * 100, MAX_WORD_PIECES + 2)
    assert max(map(len, windows)) <= MAX_WORD_PIECES + 2
