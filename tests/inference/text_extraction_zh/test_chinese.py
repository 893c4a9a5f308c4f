"""Characters, words, windows and names of Chinese texts written by us."""
# ruff: noqa: RUF001 - full-width signs

import pytest

from inference.text.language.sentences import split_sentences
from inference.text.types import Span
from inference.text_extraction.mentions import RawMention
from inference.text_extraction.windows import MAX_PIECES, pack
from inference.text_extraction_zh.names import canonical_name_zh, name_mentions_zh
from inference.text_extraction_zh.segment import segment, terms
from inference.text_extraction_zh.simplify import simplify
from inference.text_extraction_zh.units import FEATURES, SPECIAL, UnitTokenizer, units
from inference.text_extraction_zh.windows import sentence_windows
from streams.messages.events import Entity

BODY = "華為技術有限公司總部設在深圳。　2024年3月5日，公司與 Apple 談判！「台積電」在台灣。"


def test_characters_are_made_uniform_one_for_one():
    simple = simplify(BODY)
    assert len(simple) == len(BODY)
    assert simple.startswith("华为技术有限公司总部设在深圳")
    assert simplify("ＡＢＣ１２３，（）") == "ABC123,()"


def test_words_hold_every_character():
    simple = simplify(BODY)
    words = segment(simple)
    assert "".join(simple[word.start : word.end] for word in words) == simple
    assert {simple[w.start : w.end]: w.flag for w in words}["深圳"] == "ns"


def test_terms_say_what_a_text_is_about():
    found = terms("台積電在台灣興建晶圓廠，而且台積電的股價上漲。")
    assert found.count("台积电") == 2
    assert "而且" not in found
    assert all(len(term) > 1 for term in found)


def test_units_are_characters_and_runs_of_letters_and_digits():
    simple = simplify(BODY)
    found = [simple[start:end] for start, end, _ in units(simple)]
    assert found[:4] == list("华为技术")
    assert {"2024", "Apple", "3"} <= set(found)
    assert not any(unit.isspace() for unit in found)
    assert all(0 < feature < FEATURES for _, _, feature in units(simple))


@pytest.fixture
def tokenizer():
    return UnitTokenizer([*SPECIAL, "华", "为", "apple", "[4 DIGITS]"])


def test_offsets_point_into_the_text_as_it_stands(tokenizer):
    (words,) = tokenizer.words([BODY])
    assert BODY[words.starts[0] : words.ends[1]] == "華為"
    assert words.pieces[:3] == [5, 6, 3]  # the third character is not in the vocabulary
    by_unit = {BODY[a:b]: piece for a, b, piece in zip(words.starts, words.ends, words.pieces, strict=True)}
    assert by_unit["Apple"] == 7
    assert by_unit["2024"] == 8


def test_unknown_letters_and_unknown_characters_differ(tokenizer):
    (words,) = tokenizer.words(["魑 Microsoft"])
    assert words.pieces == [3, 4]


def test_a_window_is_a_sentence(tokenizer):
    (words,) = tokenizer.words([BODY])
    windows = sentence_windows(words, split_sentences(BODY))
    assert [BODY[slice(*w.span(0, w.stop - w.start))] for w in windows] == [
        "華為技術有限公司總部設在深圳。",
        "2024年3月5日，公司與 Apple 談判！",
        "「台積電」在台灣。",
    ]


def test_every_unit_is_in_one_window_and_no_window_is_too_long(tokenizer):
    text = "甲" * 500 + "。乙" + "丙" * 200
    (words,) = tokenizer.words([text])
    windows = sentence_windows(words, split_sentences(text))
    assert [i for w in windows for i in range(w.start, w.stop)] == list(range(len(words)))
    assert pack(windows, tokenizer.cls_id, tokenizer.sep_id).lengths.max() == MAX_PIECES
    assert sentence_windows(tokenizer.words([""])[0], []) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("蘋果公司", "苹果公司"),
        ("「台积电」", "台积电"),
        ("弗拉基米爾・普京", "弗拉基米尔·普京"),
        ("（新华社", "新华社"),
        ("联 合 国", "联合国"),
        ("中國", "China"),
        ("美国", "United States"),
        ("OpenAI’s", "OpenAI"),
        ("。，", ""),
    ],
)
def test_canonical_names(text, name):
    assert canonical_name_zh(text) == name
    assert canonical_name_zh(name) == name


def test_a_country_is_the_same_entity_in_both_languages():
    text = "德國總理訪問中国"
    raw = [
        RawMention("body", Span(0, 2), text, "organization", 0.6),
        RawMention("body", Span(6, 8), text, "location", 0.9),
    ]
    found = name_mentions_zh(raw)
    assert [Entity.of(m.name, m.type) for m in found] == [
        Entity.of("Germany", "location"),
        Entity.of("China", "location"),
    ]
    assert found[0].text == "德國"
