"""The GPU profile: how the encoder's fp16 ONNX export becomes the TensorRT plan that Triton serves.

A plan holds for one GPU and one TensorRT, so it is built where it will run: this writes a self-contained folder (the
ONNX file, Triton's configuration and the trtexec call) that any host with the Triton image can finish.
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
    """The export is not an encoder over (windows, pieces); the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Between which shapes the plan must work, and for which it is tuned.

    Attributes:
        windows: Fewest, usual and most windows at once. One is usual: `text_extraction` encodes each by itself, so that
            what it reads in a window cannot depend on the windows beside it.
        pieces: Fewest, usual and most word pieces a window.
    """

    windows: tuple[int, int, int] = (1, 1, 32)
    pieces: tuple[int, int, int] = (3, 64, 192)


def shapes(signature: Signature, windows: int, pieces: int) -> str:
    """Returns the inputs' shapes in trtexec's notation: `input_ids:8x64,case_ids:8x64`.

    Raises:
        UnsupportedModelError: An input is not (windows, pieces) with pieces free; windows may be fixed.
    """
    return ",".join(f"{t.name}:{'x'.join(map(str, _sizes(t, windows, pieces)))}" for t in signature.inputs)


def _sizes(tensor: Tensor, windows: int, pieces: int) -> tuple[int, int]:
    match tensor.shape:
        case [int() as fixed, str()]:
            return fixed, pieces
        case [str(), str()]:
            return windows, pieces
    raise UnsupportedModelError(
        f"input {tensor.name} has shape {list(tensor.shape)}; an encoder takes [windows, pieces], pieces free"
    )


def trtexec(signature: Signature, profile: Profile) -> list[str]:
    """Returns the call that builds the plan, run in the model's folder.

    The precision is the ONNX file's own (`--stronglyTyped`): newer TensorRT knows no `--fp16` any more.

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

    `text_extraction` sends whole batches, so Triton itself batches nothing (`max_batch_size: 0`). The first request is
    made at load time: a plan's first inference takes seconds otherwise.
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
        onnx: The fp16 export; copied, so that the folder can be carried to the GPU host.
        signature: What the export takes and gives.
        folder: The model repository to write `text_encoder/` into; made if missing.
        profile: Between which shapes the plan must work.

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
