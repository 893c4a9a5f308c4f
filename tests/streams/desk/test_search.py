"""The query of the name index that a search becomes. tests/live/api shows what Neo4j finds with it."""

import pytest

from streams.desk.search import MOST_WORDS, lucene


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("Tim Coo", '+("Tim"^4) +("Coo"^4 coo*)'),
        ("Hussein Ali", '+("Hussein"^4 hussein~1) +("Ali"^4 ali*)'),
        # A word of the index, though not of letters only.
        ("O\u2019Brien", "+(\"O'Brien\"^4 o'brien* o'brien~1)"),
        ("U.S. Steel", '+("U.S"^4) +("Steel"^4 steel* steel~1)'),
        ("हिन्दी", '+("हिन्दी"^4 हिन्दी* हिन्दी~1)'),
        # The index has no "will", so that a search cannot insist on it.
        ("Will Smi", '("Will"^4 will~1) +("Smi"^4 smi*)'),
        # The index folds the quoted word itself, but not the unfinished one.
        ("Ange\u0301", '+("Ang\u00e9"^4 ange* ange~1)'),
        ("Łód", '+("Łód"^4 lod*)'),
    ],
)
def test_each_word_is_wanted_whole_unfinished_or_misspelt_as_the_index_has_it(typed, query):
    assert lucene(typed) == query


@pytest.mark.parametrize("typed", ["", " \t", '"', "+-&|!(){}[]^~*?:\\/", "'", "...", "<>=@"])
def test_what_has_no_word_asks_for_nothing(typed):
    assert lucene(typed) == ""


@pytest.mark.parametrize("typed", ["id:x", 'a"b', "a\\b", "a) OR (*:*", "/a.*/", "[a TO b]", "a^9", "a~0", "a*b?c"])
def test_no_character_of_what_is_typed_is_syntax(typed):
    own = lucene(" ".join("".join(c if c.isalnum() or c == "." else " " for c in typed).split()))
    assert lucene(typed) == own


def test_only_so_many_words_count():
    assert lucene("word " * 1000).count("+(") == MOST_WORDS
