"""The Chinese model's training on sentences made here, and its shipped form."""

import shutil
import sys

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from inference.text_extraction.windows import Window, pack
from inference.text_extraction_zh.units import SPECIAL, UnitTokenizer
from inference.training.text import tags
from inference.training.text_zh import data, run, swaps
from inference.training.text_zh.examples import example
from inference.training.text_zh.export import export
from inference.training.text_zh.labels import ENTITY_TYPES, ONTOLOGY, PLANS, RELATIONS, SYMMETRIC
from inference.training.text_zh.measure import Served, gold
from inference.training.text_zh.model import ChineseModel, Shape
from inference.training.text_zh.start import shared
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
    tokenizer = UnitTokenizer([*SPECIAL, *"甲公司和某的人"])
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


def test_a_plan_is_no_fact():
    pair = data.Pair(0, 1, frozenset({"拟收购"}))
    assert gold(pair) == set()
    assert gold(pair, plans=True) == {("P127", True)}
    assert ONTOLOGY.keys() >= PLANS


def test_the_vocabulary_is_what_both_networks_know_and_a_simplified_text_can_hold():
    bge = {piece: i for i, piece in enumerate(["[PAD]", "中", "國", "国", "##国", "apple", "unbelievable", "7", "鑫"])}
    lac = {word: i for i, word in enumerate(["OOV", "国", "國", "中", "Apple", "unbelievable", "7"])}
    pieces = shared(bge, lac)
    assert pieces[: len(SPECIAL)] == list(SPECIAL)
    assert [piece for piece in pieces if not piece.startswith("[")] == ["中", "国", "apple"]


def test_names_are_exchanged_for_others_of_their_type():
    one = data.Sentence("张三在北京。", [(0, 2, "person"), (3, 5, "location")], complete=True)
    pools = {"person": (["欧阳小明"], []), "location": (["重庆市"], []), "organization": ([], [])}
    copies = [copy for seed in range(90) for copy in swaps.swapped([one], pools, seed)]
    assert {copy.text for copy in copies} == {
        "张三在北京。",
        "欧阳小明在北京。",
        "张三在重庆市。",
        "欧阳小明在重庆市。",
    }
    for copy in copies:
        assert [copy.text[start:end] in {"张三", "欧阳小明", "北京", "重庆市"} for start, end, _ in copy.names] == [
            True
        ] * 2
        assert [type_ for _, _, type_ in copy.names] == ["person", "location"]


SMALL = Shape(9 + len(SPECIAL), width=16, heads=2, tag_width=16, place_width=4, pair_width=8)
PIECES = [*SPECIAL, *"甲公司在北京乙收购"]


def small_examples():
    names = [(0, 3, "organization"), (4, 6, "location")]
    one = data.Sentence("甲公司在北京", names, complete=True)
    pair = data.Pair(0, 1, frozenset({"收购"}))
    two = data.Sentence("甲公司收购乙", [(0, 3, ""), (5, 6, "")], complete=False, pairs=[pair])
    return [example(sentence, UnitTokenizer(PIECES)) for sentence in (one, two)] * 4


def test_the_same_seed_gives_the_same_model():
    losses = []

    def trained():
        torch.manual_seed(0)
        how = run.ChineseTrainingPlan(epochs=40, batch=2, rate=0.02, bert_rate=0.005, bf16=False)
        report = lambda *row: losses.append(row[1:])  # noqa: E731
        return run.train_examples(ChineseModel(SMALL), small_examples(), how, report).state_dict()

    one, other = trained(), trained()
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert losses[39][0] < 0.2 * losses[0][0]
    assert losses[39][1] < 0.2 * losses[0][1]


def test_the_published_layers_stay_as_they_are():
    torch.manual_seed(0)
    model = ChineseModel(SMALL)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    run.train_examples(model, small_examples(), run.ChineseTrainingPlan(epochs=1, batch=2), lambda *_: None)
    changed = {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
    assert {name.split(".")[1] for name in changed if name.startswith("encoder")} == {"features", "upper"}


def test_what_is_served_is_what_was_trained(tmp_path):
    torch.manual_seed(0)
    model = ChineseModel(SMALL).eval()
    folder = tmp_path / "1"
    shutil.copytree(MODEL, folder, ignore=shutil.ignore_patterns("*.onnx", "*.json", "__pycache__"))
    export(model, PIECES, folder, line=(1.0, 0.0), version="0")
    reader = Served(folder).reader
    one = small_examples()[1]
    emissions, units = reader.encode(one.ids.astype(np.int32), one.features.astype(np.int32))
    with torch.no_grad():
        theirs, names = model.encoder(torch.from_numpy(one.ids)[None], torch.from_numpy(one.features)[None])
        wanted = model.tag(theirs, names)[0, 1:-1].numpy()
    assert np.abs(units - theirs[0].numpy()).max() < 0.1
    assert np.abs(emissions - wanted).max() < 0.05


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
    units = np.random.default_rng(0).normal(size=(9, 512)).astype(np.float32)
    scores, planned = served.reader.score(units, [(1, 2, 1), (4, 6, 1)], [(0, 1)])
    both = [served.reader.relations.index(id_) for id_ in SYMMETRIC]
    assert (scores[0, both, 1] == 0).all()
    assert (scores[0, both, 0] > 0).all()
    assert ((scores >= 0) & (scores <= 1)).all()
    assert not planned[:, both].any()


def test_a_window_without_words_has_no_names(served):
    tokenizer = served.tokenizer
    ids, nothing = np.array([tokenizer.cls_id, tokenizer.sep_id], np.int32), np.zeros(2, np.int32)
    assert not len(served.reader.read(ids, nothing, nothing.astype(np.bool_), np.array([2], np.int32)).mentions)
