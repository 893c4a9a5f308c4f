"""The GPU profile is the CPU profile with another encoder: names, inputs and outputs are the same."""

import pytest
from google.protobuf import text_format
from tritonclient.grpc.model_config_pb2 import ModelConfig

from inference.triton.signatures import read_signature
from topology import settings
from topology.docker import triton_probe
from topology.models import repository, tensorrt

MODELS = settings.REPOSITORY / "triton_models"
FOLDER = MODELS / "text_extraction"


def read(path, folder=FOLDER) -> ModelConfig:
    return text_format.Parse((folder / path).read_text(encoding="utf-8"), ModelConfig())


@pytest.fixture
def profiles():
    return read("config.pbtxt"), read("configs/gpu.pbtxt")


@pytest.mark.parametrize(
    "model",
    ["text_extraction", "object_detection", "object_relations", "text_embedding", "link_prediction", "next_entity"],
)
def test_both_profiles_have_the_same_name_inputs_outputs_and_version(model):
    cpu, gpu = read("config.pbtxt", MODELS / model), read("configs/gpu.pbtxt", MODELS / model)
    assert cpu.name == model
    for part in ("name", "backend", "max_batch_size", "input", "output", "version_policy"):
        assert getattr(cpu, part) == getattr(gpu, part), part


def test_the_gpu_profile_asks_for_the_plan_that_the_command_writes(profiles):
    cpu, gpu = profiles
    assert gpu.parameters["encoder"].string_value == tensorrt.MODEL
    assert "encoder" not in cpu.parameters
    assert {key: value for key, value in gpu.parameters.items() if key != "encoder"} == dict(cpu.parameters)


def test_the_health_check_sends_and_awaits_what_the_model_has(profiles):
    cpu, _ = profiles
    request = triton_probe.REQUESTS[triton_probe.MODEL]
    sent = {(tensor["name"], f"TYPE_{tensor['datatype']}") for tensor in request["inputs"]}
    names = type(cpu.input[0]).DESCRIPTOR.fields_by_name["data_type"].enum_type.values_by_number
    assert sent == {(i.name, names[i.data_type].name) for i in cpu.input if not i.optional}
    assert {o.name for o in cpu.output} >= triton_probe.OUTPUTS


def test_the_health_check_sends_pictures_and_awaits_what_is_seen():
    cpu = read("config.pbtxt", MODELS / "object_detection")
    sent = {tensor["name"] for tensor in triton_probe.REQUESTS["object_detection"]["inputs"]}
    assert sent == {tensor.name for tensor in cpu.input}
    assert {o.name for o in cpu.output} == triton_probe.SEEN


@pytest.mark.parametrize("version", [v.version for v in repository.versions(MODELS) if v.model == "text_extraction"])
def test_the_shipped_encoder_is_one_that_can_be_compiled(version):
    signature = read_signature(FOLDER / str(version) / "encoder.onnx")
    call = tensorrt.trtexec(signature, tensorrt.Profile())
    assert "--optShapes=input_ids:1x64,case_ids:1x64" in call
    config = text_format.Parse(tensorrt.configuration(signature, tensorrt.Profile()), ModelConfig())
    assert [o.name for o in config.output] == [tensor.name for tensor in signature.outputs]


@pytest.mark.parametrize("model", ["text_embedding", "link_prediction", "next_entity"])
def test_the_health_check_asks_the_models_of_the_graph_for_all_that_they_take_and_give(model):
    cpu = read("config.pbtxt", MODELS / model)
    names = type(cpu.input[0]).DESCRIPTOR.fields_by_name["data_type"].enum_type.values_by_number
    sent = [(t["name"], f"TYPE_{t['datatype']}", len(t["shape"])) for t in triton_probe.REQUESTS[model]["inputs"]]
    assert sent == [(i.name, names[i.data_type].name, len(i.dims)) for i in cpu.input]
    assert {o.name for o in cpu.output} == triton_probe._AWAITED[model]


def test_the_health_check_asks_the_relation_model_nothing_in_the_form_that_it_takes():
    cpu = read("config.pbtxt", MODELS / "object_relations")
    request = triton_probe.REQUESTS["object_relations"]
    names = type(cpu.input[0]).DESCRIPTOR.fields_by_name["data_type"].enum_type.values_by_number
    sent = [(t["name"], f"TYPE_{t['datatype']}", len(t["shape"])) for t in request["inputs"]]
    assert sent == [(i.name, names[i.data_type].name, len(i.dims)) for i in cpu.input]
    assert {t["shape"][0] for t in request["inputs"]} == {0}
