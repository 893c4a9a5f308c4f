"""Copies the shared code of the models into their version folders: `make shared-code`.

A test compares each copy with its source (tests/inference/triton/test_shared.py).
"""

from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).parents[2] / "triton_models"
SOURCES = Path(__file__).parent / "shared"

USERS = {
    "onnx_session.py": (
        "link_prediction",
        "next_entity",
        "object_detection",
        "object_relations",
        "text_embedding",
        "text_extraction",
        "text_extraction_zh",
    ),
    "served_network.py": ("object_detection", "object_relations", "text_extraction"),
    "viterbi.py": ("text_extraction", "text_extraction_zh"),
}
"""The models whose version folder holds a copy of each source."""


def copies() -> Iterator[tuple[Path, Path]]:
    """Yields each source with the path of each of its copies."""
    for name, models in USERS.items():
        for model in models:
            yield SOURCES / name, REPOSITORY / model / "1" / name


def copy_shared() -> None:
    """Writes every copy."""
    for source, copy in copies():
        copy.write_bytes(source.read_bytes())


if __name__ == "__main__":
    copy_shared()
