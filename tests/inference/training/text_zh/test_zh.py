"""The Chinese model's training on sentences made here, and its shipped form."""

import sys

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from inference.text_extraction.windows import Window, pack
from inference.text_extraction_zh.units import FEATURES, UnitTokenizer
from inference.training.text import tags
from inference.training.text_zh import data, run
from inference.training.text_zh.examples import example, vocabulary
from inference.training.text_zh.labels import ENTITY_TYPES, ONTOLOGY, RELATIONS, SYMMETRIC
from inference.training.text_zh.measure import Served, gold
from inference.training.text_zh.model import Shape
from topology.ontology import load_ontology
from topology.settings import REPOSITORY

pytestmark = pytest.mark.training
MODEL = REPOSITORY / "triton_models" / "text_extraction_zh" / "1"
TEXTS = (
    "吉利控股集團收購沃爾沃汽車。",
    "腾讯与京东签署合作协议。",
    "下雨了。",
    "联合国秘书长古特雷斯在纽约会见法国总统马克龙。",
    "A" * 30 + "公司",
)


def test_a_file_of_names_is_read_by_its_characters(tmp_path):
    path = tmp_path / "uner.iob2"
    path.write_text("# text = 张三 在北京。\n1\t张三\tB-PER\n2\t在\tO\n3\t北\tB-LOC\n4\t京\tI-LOC\n5\t。\tO\n\n")
    (sentence,) = data.read_uner(path)
    assert sentence.names == [(0, 2, "person"), (4, 6, "location")]


def test_a_file_of_relations_gives_each_sentence_once(tmp_path):
    path = tmp_path / "finre.txt"
    path.write_text(
        "甲公司\t乙银行\t收购\t甲公司<N>年收购乙银行。\n\n乙银行\t甲公司\t被收购\t甲公司<N>年收购乙银行。\n"
    )
    (sentence,) = data.read_finre(path)
    assert sentence.text == "甲公司2012年收购乙银行。"
    assert [sentence.text[start:end] for start, end, _ in sentence.names] == ["甲公司", "乙银行"]
    first, second = sentence.pairs
    assert gold(first) == {("P127", True)}
    assert gold(second) == {("P127", False)}


def test_what_nobody_marked_is_open_but_for_words_of_grammar():
    sentence = data.Sentence("甲公司和某公司的人", [(0, 3, "")], complete=False)
    tokenizer = UnitTokenizer(vocabulary([sentence] * 2))
    allowed = example(sentence, tokenizer).allowed
    organization = ENTITY_TYPES.index("organization")
    assert np.flatnonzero(allowed[1]).tolist() == [tags.begin(organization)]
    assert np.flatnonzero(allowed[3]).tolist() == [tags.inside(organization)]
    assert np.flatnonzero(allowed[4]).tolist() == [0]  # 和
    assert allowed[6].all()


def test_relations_are_the_ontologys():
    ontology = load_ontology(REPOSITORY / "topology" / "ontology.yaml").for_language("zh")
    for name, (id_, _) in ONTOLOGY.items():
        assert name in RELATIONS
        assert ontology.allows("organization", id_, "organization")
    assert ontology.by_id.keys() >= SYMMETRIC


def test_the_same_seed_gives_the_same_model():
    sentence = data.Sentence("甲公司在北京", [(0, 3, "organization"), (4, 6, "location")], complete=True)
    pieces = vocabulary([sentence] * 2)
    examples = [example(sentence, UnitTokenizer(pieces))] * 4
    shape = Shape(len(pieces), FEATURES, piece_width=8, feature_width=4, hidden=8, pair_width=8)
    losses = []

    def trained():
        how = run.ChineseTrainingPlan(epochs=40, batch=2, rate=0.02)
        return run.train_examples(examples, pieces, how, lambda *row: losses.append(row[1]), shape).state_dict()

    one, other = trained(), trained()
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert losses[39] < 0.2 * losses[0]


@pytest.fixture(scope="module")
def served():
    return Served(MODEL)


def windows_of(served):
    return [Window(words, 0, len(words)) for words in served.tokenizer.words(TEXTS)]


def read(served, windows):
    packed = pack(windows, served.tokenizer.cls_id, served.tokenizer.sep_id)
    return served.reader.read(packed.input_ids, packed.case_ids, packed.first_piece, packed.lengths)


def test_a_window_is_read_the_same_in_any_company(served):
    windows = windows_of(served)
    together = read(served, windows[::-1])
    assert len(together.mentions)
    for number, window in enumerate(windows):
        alone = read(served, [window])
        place = len(windows) - 1 - number
        rows = together.mentions[:, 0] == place
        assert np.array_equal(alone.mentions[:, 1:], together.mentions[rows, 1:])
        assert np.array_equal(alone.mention_scores, together.mention_scores[rows])
        facts = together.relations[:, 0] == place
        assert np.array_equal(alone.relation_scores, together.relation_scores[facts])


def test_bad_requests_are_refused_with_a_reason(served):
    (window,) = windows_of(served)[2:3]
    packed = pack([window], served.tokenizer.cls_id, served.tokenizer.sep_id)
    module = sys.modules["zh_reader"]
    good = (packed.input_ids, packed.case_ids, packed.first_piece, packed.lengths)
    for place, value, reason in (
        (0, packed.input_ids + 100_000, "input_ids must lie"),
        (1, packed.case_ids - 9, "case_ids must lie"),
        (2, ~packed.first_piece, "first_piece"),
        (3, packed.lengths + 1, "as long as lengths say"),
    ):
        given = list(good)
        given[place] = value
        with pytest.raises(module.InvalidRequest, match=reason):
            served.reader.read(*given)


def test_a_relation_that_holds_both_ways_is_stated_once(served):
    units = np.random.default_rng(0).normal(size=(9, 256)).astype(np.float32)
    scores = served.reader.score(units, [(1, 2, 1), (4, 6, 1)], [(0, 1)])
    both = [served.reader.relations.index(id_) for id_ in SYMMETRIC]
    assert (scores[0, both, 1] == 0).all()
    assert (scores[0, both, 0] > 0).all()
    assert ((scores >= 0) & (scores <= 1)).all()
