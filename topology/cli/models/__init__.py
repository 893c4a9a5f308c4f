"""`triplewire models`: the models that Triton serves, and the encoder's TensorRT plan for GPU hosts."""

import shutil
import subprocess
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from topology.cli.models.build import build
from topology.cli.models.pull import pull

if TYPE_CHECKING:
    from topology.models.repository import ModelVersion

models = typer.Typer(help="The models that Triton serves.", no_args_is_help=True)

GPU_HOST = "Copy the folder to the GPU host and run {script} there, inside the Triton image; see docs/operations.md."


IN_THE_IMAGE = Path("/usr/src/tensorrt/bin/trtexec")
"""Path of trtexec in Triton's image, which is not on PATH."""


class Target(StrEnum):
    """What a model can be compiled for."""

    TENSORRT = "tensorrt"


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    models.command("build")(build)
    models.command("pull")(pull)
    app.add_typer(models, name="models")


@models.command("list")
def list_() -> None:
    """Print the models with their versions, files and labels, and their state in the Triton server."""
    from topology.cli.output import fail  # noqa: PLC0415
    from topology.models.repository import RepositoryError, versions  # noqa: PLC0415
    from topology.settings import settings  # noqa: PLC0415

    repository = settings().models
    try:
        found = versions(repository)
    except RepositoryError as error:
        fail(f"{error}; set TRIPLEWIRE_MODELS to the folder that contains text_extraction/.")
    if not found:
        fail(f"no model version in {repository}; set TRIPLEWIRE_MODELS to the folder that contains text_extraction/.")
    for version in found:
        _print(version)
    address = settings().triton
    served = served_by(address)
    if served is None:
        typer.echo(f"Triton at {address}: does not answer; `triplewire up` starts the embedded one.")
    for name, version_, state in served or []:
        typer.echo(f"Triton at {address}: {name} version {version_}: {state}")


@models.command("compile")
def compile_(
    onnx: Annotated[Path, typer.Argument(help="The encoder's fp16 ONNX export.", exists=True, dir_okay=False)],
    out: Annotated[Path, typer.Argument(help="Model repository to write text_encoder/ into.", file_okay=False)],
    *,
    target: Annotated[Target, typer.Option(help="What to compile for.")] = Target.TENSORRT,
    max_windows: Annotated[int, typer.Option(min=1, help="Maximum number of windows in one call of the encoder.")] = 32,
    max_pieces: Annotated[int, typer.Option(min=3, help="Maximum number of word pieces in a window.")] = 192,
    run: Annotated[
        bool, typer.Option("--run", help="Also run trtexec on this host; needs the GPU that will serve the model.")
    ] = False,
) -> None:
    """Write the trtexec call and Triton's configuration that turn the encoder into a TensorRT plan."""
    from inference.triton.signatures import NotOnnxError, read_signature  # noqa: PLC0415
    from topology.cli.output import fail  # noqa: PLC0415
    from topology.models import tensorrt  # noqa: PLC0415

    profile = tensorrt.Profile((1, 1, max_windows), (3, min(64, max_pieces), max_pieces))
    try:
        script = tensorrt.write(onnx, read_signature(onnx), out, profile)
    except (NotOnnxError, tensorrt.UnsupportedModelError) as error:
        fail(f"{error}. Use the encoder's fp16 export; `triplewire train export --precision fp16` writes it.")
    except OSError as error:
        fail(f"{error.filename or out}: {error.strerror or error}.")
    typer.echo(f"wrote {script.parent} for {target}: encoder.onnx, config.pbtxt, {script.name}")
    if not run:
        typer.echo(f"Next: run {script} on the GPU host, inside the Triton image; see docs/operations.md.")
        return
    lacking = missing_for_tensorrt()
    if lacking:
        fail(f"No plan was built: {lacking}. {GPU_HOST.format(script=script)}")
    status = subprocess.run([str(script.resolve())], check=False).returncode
    if status:
        fail(f"trtexec exited with status {status}; see its message above.")
    typer.echo(f"built {script.parent / '1' / 'model.plan'}")


def missing_for_tensorrt(devices: Path = Path("/dev")) -> str:
    """Returns what this host lacks to build a plan; empty if nothing."""
    if not list(devices.glob("nvidia[0-9]*")):
        return "this host has no NVIDIA GPU"
    if not shutil.which("trtexec") and not IN_THE_IMAGE.is_file():
        return "there is no trtexec on PATH"
    return ""


def served_by(address: str) -> list[tuple[str, str, str]] | None:
    """Returns (model, version, state) as reported by the server; None if it does not answer within 2 seconds."""
    from tritonclient.grpc import InferenceServerClient  # noqa: PLC0415
    from tritonclient.utils import InferenceServerException  # noqa: PLC0415

    from topology.access.triton import triton_headers, triton_options  # noqa: PLC0415

    client = InferenceServerClient(address, **triton_options())
    try:
        index = client.get_model_repository_index(client_timeout=2, headers=triton_headers())
    except InferenceServerException:
        return None
    finally:
        client.close()
    return [(m.name, m.version or "?", f"{m.state} {m.reason}".strip()) for m in index.models]


def _print(version: "ModelVersion") -> None:
    total = sum(file.size for file in version.files)
    typer.echo(f"{version.model} version {version.version}: {len(version.files)} files, {total / 1e6:.1f} MB")
    for file in version.files:
        typer.echo(f"  {file.path:<24} {file.size:>12,} bytes  sha256 {file.sha256}")
    for name, labels in version.labels.items():
        if isinstance(labels, str):
            typer.echo(f"  {name} {labels}")
        elif isinstance(labels, list) and all(isinstance(label, str) for label in labels):
            typer.echo(f"  {name} {len(labels)}: {', '.join(labels)}")
