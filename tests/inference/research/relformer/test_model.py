"""RelFormer's parts against their equations, and what a model may not read."""

from dataclasses import replace

import pytest

pytest.importorskip("torch")

import torch
from torch.nn import functional

from inference.object_relations.batch import collate
from inference.object_relations.shape import PAPER, SMALL
from inference.research.relformer import export
from inference.research.relformer.alignment import alignment_loss
from inference.research.relformer.attention import Attention, CrossAttention
from inference.research.relformer.checkpoint import RelationRun
from inference.research.relformer.comparators.scene_graph import Lies, scene_graph
from inference.research.relformer.data import scenes
from inference.research.relformer.embeddings import VisualEmbedding
from inference.research.relformer.encoder import CrossPaths, States
from inference.research.relformer.fusion import Fusion
from inference.research.relformer.gat import GraphAttention
from inference.research.relformer.model import RelFormer
from inference.research.relformer.models import MODELS, TITLES
from inference.research.relformer.tensors import Tensors

pytestmark = pytest.mark.training

WORDS = scenes.vocabulary()
SHAPE = replace(SMALL, vocabulary=len(WORDS), relations=4, positions=24, picture=16, width=16, heads=2, inner=16)
EXAMPLES = [scene.example for scene in scenes.scenes(8, seed=3)]


def tensors(examples=EXAMPLES, shape=SHAPE):
    return Tensors.of(collate(examples, WORDS, shape))


def scores(model, batch):
    model.eval()
    with torch.no_grad():
        return model(batch)


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


def test_attention_is_equation_one():
    layer = Attention(6, 1)
    x, mask = torch.randn(1, 5, 6), torch.tensor([[True, True, False, True, True]])
    query, key, value = layer.query(x)[0], layer.key(x)[0][mask[0]], layer.value(x)[0][mask[0]]
    wanted = layer.output(torch.softmax(query @ key.T / 6**0.5, dim=-1) @ value)
    assert torch.allclose(layer(x, x, mask)[0], wanted, atol=1e-6)


def test_attention_to_nothing_adds_nothing():
    layer = Attention(6, 2)
    out = layer(torch.randn(2, 3, 6), torch.randn(2, 4, 6), torch.tensor([[False] * 4, [True] * 4]))
    assert (out[0] == 0).all()
    assert (out[1] != 0).any()


def test_cross_attention_keeps_who_asks_as_equations_two_and_three_say():
    layer = CrossAttention(6, 2, 0.0)
    x, memory, mask = torch.randn(2, 3, 6), torch.randn(2, 4, 6), torch.ones(2, 4, dtype=torch.bool)
    assert torch.allclose(layer(x, memory, mask), layer.norm(layer.attention(x, memory, mask) + x))
    assert torch.allclose(layer(x, memory, ~mask), layer.norm(x))


def test_fusion_is_equation_four():
    layer = Fusion(SHAPE, 3)
    parts = [torch.randn(2, SHAPE.width) for _ in range(3)]
    joined = layer.join(torch.cat(parts, dim=1))
    wanted = functional.layer_norm(joined + layer.mlp(joined), (SHAPE.width,))
    assert torch.allclose(layer(parts), wanted, atol=1e-6)


def test_graph_attention_is_what_it_is_edge_by_edge():
    layer = GraphAttention(6, 2, 4)
    nodes, edges = torch.randn(1, 4, 6), torch.tensor([[[1, 2, 0, 0], [3, 1, 2, 0], [0, 0, 1, 3], [0, 0, 0, 0]]])
    out = layer(nodes, edges)[0].view(4, 2, 3)
    values = layer.project(nodes)[0].view(4, 2, 3)
    for i in range(3):
        for head in range(2):
            seen = [j for j in range(4) if edges[0, i, j]]
            raw = torch.stack(
                [
                    functional.leaky_relu(
                        (layer.of_target[head] * values[i, head]).sum()
                        + (layer.of_source[head] * values[j, head]).sum()
                        + layer.of_edge.weight[edges[0, i, j], head],
                        0.2,
                    )
                    for j in seen
                ]
            )
            mean = sum(w * values[j, head] for w, j in zip(torch.softmax(raw, 0), seen, strict=True))
            assert torch.allclose(out[i, head], mean, atol=1e-6)
    assert (out[3] == 0).all()


def test_modalities_meet_in_the_upper_layers_only():
    batch, model = tensors(), RelFormer(SHAPE).eval()
    states = States(model.text(batch), batch.text, *model.visual(batch), *model.knowledge(batch))
    other = replace(states, visual=states.visual + torch.randn_like(states.visual))
    own = model.own[0]
    assert torch.equal(own(states).text, own(other).text)
    assert torch.equal(own(states).knowledge, own(other).knowledge)
    crossed, moved = model.cross[0](states), model.cross[0](other)
    assert not torch.allclose(crossed.text, moved.text)
    # Picture and knowledge meet through the text alone: not within one layer.
    assert torch.equal(crossed.knowledge, moved.knowledge)


def test_own_paths_stay_in_the_upper_layers():
    layer = CrossPaths(SHAPE).eval()
    batch, model = tensors(), RelFormer(SHAPE).eval()
    states = States(model.text(batch), batch.text, *model.visual(batch), *model.knowledge(batch))
    nothing = replace(states, text_mask=torch.zeros_like(states.text_mask))
    alone = layer(nothing).visual
    wanted = functional.layer_norm(layer.own.visual(states.visual, states.visual_mask), (SHAPE.width,))
    assert torch.allclose(alone, wanted, atol=1e-5)


GARBAGE = {
    "text": lambda b: replace(b, ids=torch.where(b.text, b.ids, 5), roles=b.roles),
    "objects": lambda b: replace(b, picture=torch.randn_like(b.picture), crops=torch.randn_like(b.crops)),
    "depth": lambda b: replace(b, depths=torch.randn_like(b.depths)),
    "knowledge": lambda b: replace(b, nodes=torch.full_like(b.nodes, 7)),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("modality", GARBAGE)
def test_what_stands_in_the_place_of_something_missing_is_not_read(name, modality):
    batch = tensors([scenes.without(example, modality) for example in EXAMPLES])
    if modality == "text":
        batch = tensors([*EXAMPLES, scenes.without(EXAMPLES[0], "text")])
    model = MODELS[name](replace(SHAPE, prefix_levels=(0,)))
    assert torch.allclose(scores(model, batch), scores(model, GARBAGE[modality](batch)), atol=1e-6)


def test_what_is_there_is_read():
    batch, model = tensors(), RelFormer(SHAPE)
    before = scores(model, batch)
    for modality in ("objects", "depth", "knowledge"):
        assert not torch.allclose(before, scores(model, GARBAGE[modality](batch)), atol=1e-4)


@pytest.mark.parametrize("name", MODELS)
def test_a_pair_reads_the_same_in_any_company(name):
    more = replace(EXAMPLES[0], words=(*EXAMPLES[0].words, *["while", "it", "also", "passes", "near", "Oslo"]))
    model = MODELS[name](SHAPE)
    alone = scores(model, tensors(EXAMPLES[1:2]))
    crowd = scores(model, tensors([more, EXAMPLES[1], replace(EXAMPLES[2], objects={}, target="")]))
    assert torch.allclose(alone[0], crowd[1], atol=1e-5)


def test_objects_without_picture_keep_their_boxes():
    batch = tensors([scenes.without(EXAMPLES[0], "picture")])
    states, mask = VisualEmbedding(SHAPE)(batch)
    assert mask[0].tolist() == [True] * 3 + [False] * (states.shape[1] - 3)
    assert len({tuple(row) for row in states[0, :3].tolist()}) == 3


def test_only_relformer_reads_knowledge():
    batch = tensors()
    for name in MODELS:
        model = MODELS[name](SHAPE)
        same = torch.equal(scores(model, batch), scores(model, GARBAGE["knowledge"](batch)))
        assert same == (name != "relformer")
    assert TITLES.keys() == MODELS.keys()


def test_a_visual_prefix_changes_nothing_where_there_is_no_picture():
    plain = RelFormer(SHAPE)
    cued = RelFormer(replace(SHAPE, prefix_levels=(0, 1)))
    cued.load_state_dict(plain.state_dict(), strict=False)
    blind = tensors([replace(e, view=None, objects=None, target="", other=e.mention) for e in EXAMPLES])
    assert torch.allclose(scores(plain, blind), scores(cued, blind), atol=1e-6)
    assert not torch.allclose(scores(plain, tensors()), scores(cued, tensors()), atol=1e-4)


def test_alignment_is_zero_for_equal_clouds_and_falls_when_trained():
    cloud = torch.randn(64, 8)
    assert alignment_loss(cloud, cloud[torch.randperm(64)]).item() < 1e-10
    shifted, wider = (
        alignment_loss(cloud, cloud + 1).item(),
        alignment_loss(cloud, 2 * (cloud - cloud.mean(0)) + cloud.mean(0)).item(),
    )
    assert shifted == pytest.approx(1, rel=1e-4)
    assert wider > 0.01
    model = RelFormer(replace(SHAPE, alignment=1.0))
    batch = tensors()
    assert model.loss(batch).item() > functional.cross_entropy(scores(model, batch), batch.labels).item()
    blind = tensors([replace(e, view=None) for e in EXAMPLES])
    assert model.loss(blind).item() == pytest.approx(
        functional.cross_entropy(scores(model, blind), blind.labels).item(), abs=1e-6
    )


def test_a_scene_graph_says_how_objects_lie():
    boxes = torch.tensor([[[0.2, 0.5, 0, 0, 0], [0.8, 0.5, 0, 0, 0], [0.2, 0.1, 0, 0, 0], [0.5, 0.5, 0, 0, 0]]])
    kinds = scene_graph(boxes, torch.tensor([[True, True, True, False]]))[0]
    assert kinds[0].tolist() == [Lies.SAME, Lies.RIGHT, Lies.ABOVE, 0]
    assert kinds[1, 0] == Lies.LEFT
    assert kinds[2, 0] == Lies.BELOW
    assert (kinds[3] == 0).all()


def test_the_papers_preset_has_the_papers_layers():
    with torch.device("meta"):
        model = RelFormer(PAPER)
    assert (len(model.own), len(model.cross)) == (8, 4)
    assert 300e6 < sum(p.numel() for p in model.parameters()) < 400e6


def test_the_exported_graph_reads_batches_of_any_size_as_the_model_does(tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    model = RelFormer(replace(SHAPE, prefix_levels=(1,)))
    export.export(model, RelationRun("relformer", model.shape, scenes.RELATIONS, {}), tensors(EXAMPLES[:2]), tmp_path)
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    wider = replace(EXAMPLES[0], words=(*EXAMPLES[0].words, "near", "Oslo"), knowledge=EXAMPLES[0].knowledge[:1])
    one_object = replace(EXAMPLES[1], objects={EXAMPLES[1].target: EXAMPLES[1].objects[EXAMPLES[1].target]})
    poor = [scenes.without(EXAMPLES[2], modality) for modality in ("text", "picture", "knowledge")]
    for batch in (tensors(), tensors([wider, *poor]), tensors([one_object])):
        (found,) = session.run(["scores"], {name: getattr(batch, name).numpy() for name in export.INPUTS})
        assert torch.allclose(torch.from_numpy(found), torch.softmax(scores(model, batch), -1), atol=1e-5)
