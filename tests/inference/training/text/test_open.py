"""Added relations: what is exported scores as trained, in the served code, and leaves everything else as it was."""

import dataclasses
import json
import shutil

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from inference.text.language.sentences import split_sentences  # noqa: E402
from inference.text.language.words import WordTokenizer  # noqa: E402
from inference.text_extraction.added import added_relations  # noqa: E402
from inference.text_extraction.windows import make_windows, pack  # noqa: E402
from inference.training.common.calibrate import Line  # noqa: E402
from inference.training.text.open import graph as open_graph  # noqa: E402
from inference.training.text.open.data import made_up, read_pairs, wide_ontology  # noqa: E402
from inference.training.text.open.head import OpenPlan, Scorer, fit, scores  # noqa: E402
from inference.training.text.open.holdout import folds, kinds  # noqa: E402
from inference.training.text.served import Served  # noqa: E402
from tests.inference.training.text.open_world import world  # noqa: E402
from tests.inference.training.text.tiny import MODEL, ONTOLOGY  # noqa: E402
from topology.ontology import RelationSpec  # noqa: E402

pytestmark = pytest.mark.training

SUED = RelationSpec(id="sued", name="sued", description="took to court", domain=("organization",), range=("person",))
MET = RelationSpec(id="met", name="met", domain=("person",), range=("person", "organization"))
TEXT = "Microsoft sued Tim Cook in Berlin. Angela Merkel met Emmanuel Macron of France on Monday."
SURE = Line(slope=0.0, offset=2.0)
"""Makes every score the probability 0.88, so that whatever may be found is."""


@pytest.fixture(scope="module")
def tokenizer():
    return WordTokenizer(MODEL / "tokenizer.json")


@pytest.fixture
def folder(tmp_path):
    for name in ("encoder.onnx", "pairs.onnx", "triggers.onnx", "second_reading.onnx", "labels.json"):
        shutil.copyfile(MODEL / name, tmp_path / name)
    return tmp_path


def read(served, tokenizer, message=b""):
    (words,) = tokenizer.words([TEXT])
    packed = pack(make_windows(words, split_sentences(TEXT)), tokenizer.cls_id, tokenizer.sep_id)
    return served.reader.read(packed.input_ids, packed.case_ids, packed.first_piece, packed.lengths, message)


def message(tokenizer, *relations):
    return added_relations(relations, (), tokenizer).message


def test_an_added_relation_is_found_between_its_types_only(folder, tokenizer):
    torch.manual_seed(0)
    scorer = Scorer(192, 384).eval()
    open_graph.write_graph(scorer, SURE, folder / "pairs.onnx", folder / "open.onnx")
    served = Served(folder, MODEL)
    plain = read(served, tokenizer)
    more = read(served, tokenizer, message(tokenizer, SUED, MET))
    own = len(served.relations)
    added = more.relations[:, 3] >= own
    # The model's own answers stay as they were, to the last bit.
    assert more.mentions.tobytes() == plain.mentions.tobytes()
    assert more.relations[~added].tobytes() == plain.relations.tobytes()
    assert more.relation_scores[~added].tobytes() == plain.relation_scores.tobytes()
    kinds = [served.types[kind] for kind in more.mentions[:, 3]]
    found = {(kinds[s], kinds[o], r - own) for _, s, o, r in more.relations[added].tolist()}
    assert ("organization", "person", 0) in found
    assert ("person", "person", 1) in found
    assert all(s in (SUED, MET)[r].domain and o in (SUED, MET)[r].range for s, o, r in found)
    assert np.allclose(more.relation_scores[added], 1 / (1 + np.exp(-2)))


def test_a_relation_is_scored_alike_in_any_company(folder, tokenizer):
    torch.manual_seed(0)
    open_graph.write_graph(Scorer(192, 384).eval(), Line(0.1, 0.0), folder / "pairs.onnx", folder / "open.onnx")
    served = Served(folder, MODEL)
    alone, both = (read(served, tokenizer, message(tokenizer, *each)) for each in ((MET,), (SUED, MET)))
    own = len(served.relations)
    first = alone.relations[:, 3] == own
    second = both.relations[:, 3] == own + 1
    assert first.any()
    assert np.allclose(alone.relation_scores[first], both.relation_scores[second], atol=1e-5)


def test_the_graph_scores_as_the_trained_module(folder, tokenizer):
    torch.manual_seed(1)
    scorer = Scorer(192, 384).eval()
    open_graph.write_graph(scorer, Line(0.5, -0.25), folder / "pairs.onnx", folder / "open.onnx")
    served = Served(folder, MODEL)
    vectors = open_graph.session(open_graph.vector_graph(folder / "pairs.onnx"))
    wide = wide_ontology(ONTOLOGY)
    pairs = read_pairs(made_up(wide, 6), served, vectors, tokenizer, wide)
    labels = served.reader.adding.parse(message(tokenizer, SUED, MET)).vectors
    wanted = scores(scorer, pairs, np.arange(len(pairs.source)), labels)
    assert wanted.std() > 0.01
    got = _through_the_graph(folder, served, pairs, tokenizer, labels)
    assert np.allclose(got, 1 / (1 + np.exp(-(0.5 * wanted - 0.25))), atol=2e-3)  # vectors are kept in half precision


def _through_the_graph(folder, served, pairs, tokenizer, labels):
    """Runs `open.onnx` where `read_pairs` would run the vector graph."""
    from onnxruntime import InferenceSession  # noqa: PLC0415

    session = InferenceSession(str(folder / "open.onnx"))
    found = []

    class Both:
        def run(self, _, feeds):
            found.append(feeds)
            return vectors.run(None, feeds)

        def get_outputs(self):
            return vectors.get_outputs()

    vectors = open_graph.session(open_graph.vector_graph(folder / "pairs.onnx"))
    wide = wide_ontology(ONTOLOGY)
    again = read_pairs(made_up(wide, 6), served, Both(), tokenizer, wide)
    assert again.vectors.tobytes() == pairs.vectors.tobytes()
    answers, at = [], 0
    for feeds in found:
        count = len(feeds["pairs"])
        # Any weights whose mean of the words is the context do: least squares finds some.
        context = pairs.contexts[at : at + count].astype(np.float32)
        around = np.linalg.lstsq(feeds["words"].T, context.T, rcond=None)[0].T.astype(np.float32)
        answers.append(session.run(None, {**feeds, "around": around, "labels": labels})[0])
        at += count
    return np.concatenate(answers)


@pytest.mark.parametrize(
    "text,complaint",
    [
        (b"{", "not a list of relations"),
        (b"[]", "1 to 256 different relations"),
        (b'[{"id": "x", "pieces": [101, 102], "cases": [0, 0], "domain": [], "range": []}]', "as many cases as pieces"),
        (b'[{"id": "x", "pieces": [101, -1, 102], "cases": [0, 0, 0], "domain": [], "range": []}]', "does not exist"),
        (b'[{"id": "x", "pieces": [101, 5, 102], "cases": [0], "domain": [], "range": []}]', "as many cases as pieces"),
        (b'[{"id": "x"}]', "not a list of relations"),
    ],
)
def test_a_malformed_list_is_refused(folder, tokenizer, text, complaint):
    (folder / "open.onnx").touch()
    served = Served(folder, MODEL)
    with pytest.raises(ValueError, match=complaint):
        read(served, tokenizer, text)


def test_a_relation_of_the_models_own_is_left_to_the_pair_head(folder, tokenizer):
    open_graph.write_graph(Scorer(192, 384).eval(), SURE, folder / "pairs.onnx", folder / "open.onnx")
    served = Served(folder, MODEL)
    taught = RelationSpec(id=served.relations[0], name="x", domain=("person",), range=("person",))
    unknown = RelationSpec(id="x", name="x", domain=("ship",), range=("person",))
    found = read(served, tokenizer, message(tokenizer, taught, unknown))
    assert (found.relations[:, 3] < len(served.relations)).all()


def test_a_model_without_a_scorer_says_so(folder, tokenizer):
    served = Served(folder, MODEL)
    with pytest.raises(RuntimeError, match=r"no open\.onnx"):
        read(served, tokenizer, message(tokenizer, MET))
    read(served, tokenizer)


def test_what_is_learned_of_some_relations_finds_others():
    pairs, labels = world()
    (first, *_) = held = folds(pairs, 0, (labels,), OpenPlan(epochs=30, batch=64, without=0), log=lambda _: None)
    assert sorted(np.concatenate([fold.relations for fold in held])) == list(range(24))
    assert not set(first.rows) & set(_learned(pairs, first))
    stating = pairs.positive[first.rows][:, first.relations]
    rows = stating.any(axis=1)
    right = stating[rows, first.scores[rows].argmax(axis=1)].mean()
    untrained = stating[rows, first.similarity[rows].argmax(axis=1)].mean()
    assert right > 0.5 > untrained


def _learned(pairs, fold):
    states = pairs.positive[:, fold.relations].any(axis=1)
    return np.flatnonzero(~pairs.aside & ~states)


def test_the_same_seed_trains_the_same_scorer():
    pairs, labels = world(relations=6, each=20)
    rows, columns = np.arange(120), np.arange(6)
    plan = OpenPlan(epochs=2, batch=32)
    one, two, other = (
        scores(fit(pairs, rows, columns, (labels,), how), pairs, rows, labels)
        for how in (plan, plan, dataclasses.replace(plan, seed=2))
    )
    assert one.tobytes() == two.tobytes() != other.tobytes()


def test_relations_are_told_apart_by_what_the_model_knew():
    pairs, _ = world(relations=4, each=30)
    pairs.source[pairs.positive[:, 3]] = "templates-open"
    assert {name: columns.tolist() for name, columns in kinds(pairs, 1).items()} == {
        "taught": [0], "outside": [1, 2], "news": [3],
    }  # fmt: skip


def test_the_extra_relations_fit_the_ontology_and_the_templates():
    wide = wide_ontology(ONTOLOGY)
    stated = {fact.relation for passage in made_up(wide, 900) for fact in passage.facts}
    assert stated <= set(wide.by_id)
    assert json.dumps([r.id for r in wide.relations[: len(ONTOLOGY.relations)]]) == json.dumps(
        [r.id for r in ONTOLOGY.relations]
    )
