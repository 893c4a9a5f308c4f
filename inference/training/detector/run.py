"""Training a YOLO detector with Ultralytics and writing it as Triton serves it.

Ultralytics is AGPL-3.0: only this module imports it, and only the extra `yolo` installs it. What it writes is an ONNX
file, which runs without it; what its licence asks of weights trained with it is for their owner to judge.
https://docs.ultralytics.com/modes/train/
"""

import ast
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


class YoloMissingError(RuntimeError):
    """Ultralytics is not installed; the message says what to do."""


@dataclass(frozen=True, slots=True)
class DetectorTrainingPlan:
    """How to train.

    Attributes:
        architecture: One of Ultralytics' descriptions; weights start at random, so that nothing is downloaded.
        epochs: Passes over the pictures.
        side: Pixels of the square that the network looks at.
        batch: Pictures in a step.
        rate: Peak learning rate.
        seed: Decides weights and order.
    """

    architecture: str = "yolo11n.yaml"
    epochs: int = 100
    side: int = 320
    batch: int = 16
    rate: float = 1e-3
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """What was reached on the very pictures of the training.

    Attributes:
        map50: Mean average precision at an overlap of 0.5.
        map: The same, averaged over overlaps of 0.5 to 0.95.
    """

    map50: float
    map: float


def classes_of(data: Path) -> list[str]:
    """Returns the classes of a data folder in YOLO's form, from `config.yaml` in it or in `object_detection/`.

    Raises:
        FileNotFoundError: There is none.
    """
    names = yaml.safe_load(_config(data).read_text(encoding="utf-8"))["names"]
    return [names[i] for i in sorted(names)] if isinstance(names, dict) else list(names)


def _config(data: Path) -> Path:
    for path in (data / "config.yaml", data / "object_detection" / "config.yaml"):
        if path.is_file():
            return path
    raise FileNotFoundError(f"{data} has no config.yaml: it is no data folder in YOLO's form")


def _layout(data: Path, work: Path) -> Path:
    """Lays pictures and labels out as Ultralytics looks for them, by links, and returns their description."""
    root = work / "data"
    shutil.rmtree(root, ignore_errors=True)
    (root / "images").mkdir(parents=True)
    (root / "labels").mkdir()
    labels = next(p for p in (data / "labels", data / "object_detection" / "labels") if p.is_dir())
    for picture in sorted((data / "images" / "train2017").glob("*.jpg")):
        (root / "images" / picture.name).symlink_to(picture.resolve())
        label = labels / "train2017" / f"{picture.stem}.txt"
        if label.is_file():
            (root / "labels" / label.name).symlink_to(label.resolve())
    config = root / "data.yaml"
    classes = dict(enumerate(classes_of(data)))
    layout = {"path": str(root.resolve()), "train": "images", "val": "images", "names": classes}
    config.write_text(yaml.safe_dump(layout), encoding="utf-8")
    return config


def train(data: Path, work: Path, how: DetectorTrainingPlan) -> tuple[Path, Measured]:
    """Trains, measures on the training pictures themselves, and exports.

    Args:
        data: Folder with `images/train2017`, labels and `config.yaml`, as COCO128 has them.
        work: Folder of the run.
        how: The plan.

    Returns:
        The ONNX file, and the scores on the training pictures: how well they were memorised, and no more.

    Raises:
        YoloMissingError: Ultralytics is not installed.
    """
    # Nothing is downloaded, and no usage statistics are sent.
    os.environ.update({"YOLO_OFFLINE": "1", "YOLO_AUTOINSTALL": "0", "YOLO_CONFIG_DIR": str(work.resolve())})
    try:
        from ultralytics import YOLO, settings  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise YoloMissingError(
            f"training a detector needs {error.name} of the extra `yolo` (AGPL-3.0) in the training environment: "
            "pip install 'triplewire[train,yolo]'"
        ) from error
    settings.update({"sync": False})
    config = _layout(data, work)
    model = YOLO(how.architecture)
    same: dict[str, Any] = {"data": str(config), "imgsz": how.side, "batch": how.batch, "device": "cpu", "plots": False}
    model.train(
        **same,
        epochs=how.epochs,
        seed=how.seed,
        # Ultralytics' default rate is meant for pretrained weights.
        optimizer="AdamW",
        lr0=how.rate,
        workers=0,
        amp=False,
        val=False,
        project=str(work.resolve()),
        name="run",
        exist_ok=True,
        verbose=False,
    )
    found = model.val(**same, workers=0, verbose=False, project=str(work.resolve()), name="val", exist_ok=True)
    exported = Path(model.export(format="onnx", imgsz=how.side, dynamic=False, simplify=False))
    return exported, Measured(float(found.box.map50), float(found.box.map))


def describe(onnx: Path, out: Path, name: str, version: str) -> None:
    """Writes `network.onnx` and `network.json` for `object_detection`, from what Ultralytics notes in its exports."""
    import onnxruntime  # noqa: PLC0415

    session = onnxruntime.InferenceSession(onnx, providers=["CPUExecutionProvider"])
    metadata = session.get_modelmeta().custom_metadata_map
    names = ast.literal_eval(metadata["names"])
    (output,) = session.get_outputs()
    (given,) = session.get_inputs()
    end_to_end = output.shape[-1] == 6  # noqa: PLR2004  corners, score and class
    description = {
        "name": name,
        "version": version,
        "layout": "end-to-end" if end_to_end else "rows",
        "side": given.shape[-1],
        "input": given.name,
        "output": output.name,
        "labels": [names[i] for i in sorted(names)],
    }
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(onnx, out / "network.onnx")
    (out / "network.json").write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")
