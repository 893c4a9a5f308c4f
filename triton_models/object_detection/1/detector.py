"""What a version folder holds: a detector in any case, and a depth network if one was put there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from depth import DepthNetwork
from detections import Detections
from faces_and_people import FacesAndPeople
from sessions import described, session
from yolo import Yolo

Open = Callable[[str, dict[str, Any]], Any]
"""Opens the network of a name (`network`, `depth`) and description."""


class Detector(Protocol):
    """Finds objects in RGB pictures."""

    labels: list[str]
    name: str
    version: str

    def detect(self, pictures: list[np.ndarray]) -> list[Detections]:
        """Returns what is in each picture, height x width x 3, uint8."""
        ...


def in_process(folder: Path, threads: int = 1) -> Open:
    """Returns what opens the ONNX files of a version folder."""
    return lambda name, _: session(folder / f"{name}.onnx", threads)


def load(folder: Path, open_: Open) -> tuple[Detector, DepthNetwork | None]:
    """Returns the detector of a version folder (opencv's own where it describes no network) and its depth network."""
    network, depth = described(folder, "network"), described(folder, "depth")
    return (
        Yolo(network, open_("network", network)) if network else FacesAndPeople(),
        DepthNetwork(depth, open_("depth", depth)) if depth else None,
    )


def labels(detector: Detector, depth: DepthNetwork | None) -> dict[str, Any]:
    """Returns what a response says of its own making."""
    told = {"model": detector.name, "version": detector.version, "labels": detector.labels, "depth": None}
    if depth:
        told["depth"] = {"model": depth.name, "version": depth.version, "inverse": depth.inverse}
    return told
