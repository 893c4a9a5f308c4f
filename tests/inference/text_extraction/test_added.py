import json

import pytest

from inference.text_extraction.added import added_relations
from inference.text_extraction.windows import MAX_PIECES
from topology.ontology import RelationSpec

SPOUSE = RelationSpec(id="P26", name="spouse", domain=("person",), range=("person",))
SUED = RelationSpec(
    id="sued", name="sued", description="took to court", domain=("person", "organization"), range=("organization",)
)


def test_only_what_the_model_was_not_taught_is_sent(tokenizer):
    added = added_relations([SPOUSE, SUED], ["P26", "P27"], tokenizer, 0.7)
    sure = SUED.model_copy(update={"threshold": 0.9})
    assert added_relations([sure], [], tokenizer, 0.7).least == (0.9,)
    (row,) = json.loads(added.message)
    assert (added.ids, added.least) == (("sued",), (0.7,))
    assert (row["id"], row["domain"], row["range"]) == ("sued", ["person", "organization"], ["organization"])
    (label,) = tokenizer.words(["sued: took to court"])
    assert row["pieces"] == [tokenizer.cls_id, *label.pieces, tokenizer.sep_id]
    assert len(row["cases"]) == len(row["pieces"])


def test_the_usual_ontology_sends_nothing(tokenizer):
    assert added_relations([SPOUSE], ["P26"], tokenizer) is None


@pytest.mark.parametrize("words", [180, 189, 190, 2000])
def test_a_long_description_is_cut_to_a_window(tokenizer, words):
    long = SUED.model_copy(update={"description": "court " * words})
    (row,) = json.loads(added_relations([long], [], tokenizer).message)
    assert len(row["pieces"]) == min(words + 2 + 2, MAX_PIECES)
    assert row["pieces"][-1] == tokenizer.sep_id


def test_the_digest_tells_other_relations_and_other_thresholds_apart(tokenizer):
    chosen = [([SPOUSE], 0.7), ([SPOUSE], 0.6), ([SUED], 0.7), ([SPOUSE, SUED], 0.7)]
    assert len({added_relations(relations, [], tokenizer, least).digest for relations, least in chosen}) == len(chosen)
    assert added_relations([SPOUSE], [], tokenizer, 0.7).digest == added_relations([SPOUSE], [], tokenizer, 0.7).digest
