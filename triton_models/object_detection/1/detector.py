"""Loads a version folder: its detector, and its depth network if there is one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from depth import DepthNetwork
from detections import Detector
from faces_and_people import FacesAndPeople
from nanodet import NanoDet
from people_with_faces import PeopleWithFaces
from sessions import description_of, session
from yolo import Yolo

Open = Callable[[str, dict[str, Any]], Any]
"""Opens a network, given its name (`network` or `depth`) and its description."""


def in_process(folder: Path, threads: int = 1) -> Open:
    """Returns a function that opens the ONNX files of a version folder."""
    return lambda name, _: session(folder / f"{name}.onnx", threads)


def load(folder: Path, open_: Open) -> tuple[Detector, DepthNetwork | None]:
    """Returns a version folder's detector, or opencv's if it describes no network, and its depth network."""
    network, depth = description_of(folder, "network"), description_of(folder, "depth")
    return (
        _network(network, open_("network", network)) if network else FacesAndPeople(),
        DepthNetwork(depth, open_("depth", depth)) if depth else None,
    )


def _network(description: dict[str, Any], opened: Any) -> Detector:
    if description["layout"] != "nanodet":
        return Yolo(description, opened)
    if description.get("faces_in_people") is None:
        return NanoDet(description, opened)
    # Where a person is barely seen, a face may be: there it is looked for, though the person is not reported.
    return PeopleWithFaces(NanoDet(description | {"least_score": description["faces_in_people"]}, opened), description)


def labels(detector: Detector, depth: DepthNetwork | None) -> dict[str, Any]:
    """Returns the description of the models that each response includes."""
    description = {"model": detector.name, "version": detector.version, "labels": detector.labels, "depth": None}
    if depth:
        description["depth"] = {"model": depth.name, "version": depth.version, "inverse": depth.inverse}
    return description
