"""The GPU profile: turns the encoder's fp16 ONNX export into the TensorRT plan that Triton serves.

A plan works with one type of GPU and one version of TensorRT, so it is built where it will run. This module writes a
self-contained folder (the ONNX file, Triton's configuration and the trtexec call) for a host with the Triton image.
https://docs.nvidia.com/deeplearning/tensorrt/latest/reference/command-line-programs.html
"""

import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

from inference.triton.signatures import Signature, Tensor

MODEL = "text_encoder"
"""The plan's name in Triton; `text_extraction` calls it on a GPU."""

SCRIPT = "compile.sh"


class UnsupportedModelError(ValueError):
    """The export is not an encoder over (windows, pieces); the message states what is wrong."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The range of input shapes of a plan, and the shape for which it is tuned.

    Attributes:
        windows: Fewest, usual and most windows in a call. One is usual: `text_extraction` encodes each window
            separately, so that its result does not depend on the other windows.
        pieces: Fewest, usual and most word pieces in a window.
    """

    windows: tuple[int, int, int] = (1, 1, 32)
    pieces: tuple[int, int, int] = (3, 64, 192)


def shapes(signature: Signature, windows: int, pieces: int) -> str:
    """Returns the inputs' shapes in trtexec's notation: `input_ids:8x64,case_ids:8x64`.

    Raises:
        UnsupportedModelError: An input is not (windows, pieces) with a variable number of pieces.
    """
    return ",".join(f"{t.name}:{'x'.join(map(str, _sizes(t, windows, pieces)))}" for t in signature.inputs)


def _sizes(tensor: Tensor, windows: int, pieces: int) -> tuple[int, int]:
    match tensor.shape:
        case [int() as fixed, str()]:
            return fixed, pieces
        case [str(), str()]:
            return windows, pieces
    raise UnsupportedModelError(
        f"input {tensor.name} has shape {list(tensor.shape)}; an encoder needs [windows, pieces], with variable pieces"
    )


def trtexec(signature: Signature, profile: Profile) -> list[str]:
    """Returns the call that builds the plan, run in the model's folder.

    The precision is the ONNX file's own (`--stronglyTyped`): newer versions of TensorRT have no `--fp16`.

    Raises:
        UnsupportedModelError: See `shapes`.
    """
    least, usual, most = (shapes(signature, w, p) for w, p in zip(profile.windows, profile.pieces, strict=True))
    return [
        "trtexec",
        "--onnx=encoder.onnx",
        "--saveEngine=1/model.plan",
        "--stronglyTyped",
        f"--minShapes={least}",
        f"--optShapes={usual}",
        f"--maxShapes={most}",
        "--skipInference",
    ]


def configuration(signature: Signature, profile: Profile) -> str:
    """Returns the model's config.pbtxt.

    `text_extraction` sends whole batches, so Triton does no batching (`max_batch_size: 0`). A first request is made at
    load time, because a plan's first inference takes seconds.
    """
    warm = "".join(_warm(t, profile) for t in signature.inputs)
    return f"""\
# Written by `triplewire models compile`: the encoder of text_extraction as a TensorRT plan.
name: "{MODEL}"
platform: "tensorrt_plan"
max_batch_size: 0
input [{_tensors(signature.inputs)}
]
output [{_tensors(signature.outputs)}
]
instance_group [ {{ kind: KIND_GPU count: 1 }} ]
version_policy {{ specific {{ versions: [ 1 ] }} }}
model_warmup [
  {{
    name: "usual"
    batch_size: 0{warm}
  }}
]
"""


def write(onnx: Path, signature: Signature, folder: Path, profile: Profile) -> Path:
    """Writes the model's folder and returns its script.

    Args:
        onnx: The fp16 export; it is copied, so that the folder can be moved to the GPU host.
        signature: Inputs and outputs of the export.
        folder: The model repository to write `text_encoder/` into; created if missing.
        profile: The range of input shapes.

    Raises:
        UnsupportedModelError: See `shapes`.
        OSError: The folder cannot be written.
    """
    call = trtexec(signature, profile)
    model = folder / MODEL
    (model / "1").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(onnx, model / "encoder.onnx")
    (model / "config.pbtxt").write_text(configuration(signature, profile), encoding="utf-8")
    script = model / SCRIPT
    arguments = " \\\n    ".join(shlex.quote(argument) for argument in call)
    script.write_text(
        "#!/bin/sh\n"
        "# Written by `triplewire models compile`. Run it in the Triton image that will serve the plan, on its GPU.\n"
        "set -eu\n"
        'cd "$(dirname "$0")"\n'
        "# Where Triton's image keeps it.\n"
        'PATH="$PATH:/usr/src/tensorrt/bin"\n'
        f"exec {arguments}\n",
        encoding="utf-8",
    )
    script.chmod(0o755)
    return script


def _tensors(tensors: tuple[Tensor, ...]) -> str:
    rows = (
        f'\n  {{ name: "{t.name}" data_type: TYPE_{t.datatype} dims: [ {", ".join(map(_dimension, t.shape))} ] }}'
        for t in tensors
    )
    return ",".join(rows)


def _dimension(size: int | str) -> str:
    return "-1" if isinstance(size, str) else str(size)


def _warm(tensor: Tensor, profile: Profile) -> str:
    windows, pieces = _sizes(tensor, profile.windows[1], profile.pieces[1])
    return f"""
    inputs {{
      key: "{tensor.name}"
      value {{ data_type: TYPE_{tensor.datatype} dims: [ {windows}, {pieces} ] zero_data: true }}
    }}"""
