import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inference.text.language import words
from inference.text.language.words import MAX_WORD_PIECES, Case, WordTokenizer, case_class

TEXTS = st.one_of(st.text(), st.text("aé\u0301 \u200b.'İ한日🎉\ud800\x00\x85\u2028[SEP]ß", max_size=40))


def surfaces(tokenizer, text):
    (found,) = tokenizer.words([text])
    return [text[a:b] for a, b in zip(found.starts, found.ends, strict=True)]


@pytest.mark.parametrize(
    "text,expected",
    [
        ("Mr. Smith's U.S. trip", ["Mr", ".", "Smith", "'", "s", "U", ".", "S", ".", "trip"]),
        ("Beyoncé cafe\u0301 e\u0301cole", ["Beyoncé", "cafe\u0301", "e\u0301cole"]),
        ("日本 and 한국", ["日", "本", "and", "한국"]),
        ("Apple™ wins🎉 →now", ["Apple", "wins", "now"]),
        ("zero\u200bwidth a\x01b", ["zero\u200bwidth", "a\x01b"]),
        ("[SEP] [CLS]", ["[", "SEP", "]", "[", "CLS", "]"]),
        ("İstanbul İ", ["İstanbul", "İ"]),
        ("€5 ≠ 6", ["€5", "≠", "6"]),
        ("broken \ud800 half", ["broken", "half"]),
        ("&nbsp;<b>x</b>", ["&", "nbsp", ";", "<", "b", ">", "x", "<", "/", "b", ">"]),
        (" \n\t\u200b\x00 ", []),
        ("", []),
    ],
)
def test_words_of_awkward_texts(tokenizer, text, expected):
    assert surfaces(tokenizer, text) == expected


@settings(max_examples=400)
@given(TEXTS)
@example("῭a")
@example("\u0301")
@example("x" * 300)
def test_words_are_ordered_spans_with_pieces(tokenizer, text):
    (found,) = tokenizer.words([text])
    end = 0
    for a, b in zip(found.starts, found.ends, strict=True):
        assert end <= a < b <= len(text)
        assert not text[a].isspace()
        end = b
    assert len(found.cases) == len(found)
    assert found.first[0] == 0
    assert found.first[-1] == len(found.pieces)
    counts = [b - a for a, b in zip(found.first, found.first[1:], strict=False)]
    assert all(1 <= count <= MAX_WORD_PIECES for count in counts)
    assert {tokenizer.cls_id, tokenizer.sep_id}.isdisjoint(found.pieces)


@given(st.text())
def test_no_letter_is_left_out(tokenizer, text):
    (found,) = tokenizer.words([text])
    covered = {i for a, b in zip(found.starts, found.ends, strict=True) for i in range(a, b)}
    missing = {c for i, c in enumerate(text) if i not in covered}
    assert not {c for c in missing if unicodedata.category(c) in ("Lu", "Ll", "Lt", "Nd", "Nl", "Po", "Ps", "Pe")}


@settings(max_examples=50)
@given(st.lists(TEXTS, max_size=6))
def test_a_text_does_not_depend_on_its_neighbours(tokenizer, texts):
    assert tokenizer.words(texts) == [tokenizer.words([text])[0] for text in texts]


PLAIN = "".join(map(chr, [9, 10, 13, *range(32, 127), *range(0xC0, 0x250)])) + "–—‘’“”…"  # noqa: RUF001


@settings(max_examples=300)
@given(st.text(PLAIN))
@example(PLAIN)
@example(" ".join(PLAIN) + "".join(f"a{c}b " for c in PLAIN))
@example("x" * 101 + " ab1" * 40)
def test_words_looked_up_are_words_tokenised(tokenizer, text):
    assert tokenizer.words([text]) == tokenizer._tokenized([text])


def test_the_memory_of_words_is_bounded(tokenizer, monkeypatch):
    monkeypatch.setattr(words, "_KNOWN_WORDS", 50)
    texts = [" ".join(f"word{i}x{j}" for j in range(40)) for i in range(5)]
    assert tokenizer.words(texts) == tokenizer._tokenized(texts)
    tokenizer.words([texts[0]])
    assert len(tokenizer._known) == 40


def test_accents_and_composition_do_not_change_pieces(tokenizer):
    composed, decomposed = tokenizer.words(["Málaga", unicodedata.normalize("NFD", "Málaga")])
    assert composed.pieces == decomposed.pieces
    assert (composed.ends, decomposed.ends) == ([6], [7])


def test_a_long_word_keeps_few_pieces(tokenizer):
    (found,) = tokenizer.words(["ab1" * 33 + " end"])
    assert found.first == [0, MAX_WORD_PIECES, MAX_WORD_PIECES + 1]


@pytest.mark.parametrize(
    "word,case",
    [
        ("talks", Case.LOWER),
        ("o'clock", Case.LOWER),
        ("Paris", Case.CAPITALISED),
        ("Élysée", Case.CAPITALISED),
        ("NATO", Case.UPPER),
        ("G7", Case.INITIAL),
        ("A", Case.INITIAL),
        ("iPhone", Case.MIXED),
        ("McDonald", Case.MIXED),
        ("2025", Case.DIGITS),
        ("€5", Case.DIGITS),
        (",", Case.PUNCTUATION),
        ("$", Case.PUNCTUATION),
        ("日", Case.OTHER),
    ],
)
def test_case_classes(word, case):
    assert case_class(word) == case


def test_a_missing_tokenizer_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no tokenizer at .*nowhere"):
        WordTokenizer(tmp_path / "nowhere.json")
