"""The rules of the house (docs/architecture.md, "The rooms"), read off every import in the tree.

A rule that an import breaks names the module and the line, so that the message says what to move.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("streams", "inference", "topology")
LARGEST_MODULE = 450
LARGEST_FOLDER = 20

TRAINING = ("inference.training", "inference.evaluation", "inference.research")
GROUND = (
    "topology.settings", "topology.settings_access", "topology.settings_alerts", "topology.settings_serve",
    "topology.topics", "topology.rights", "topology.ontology", "topology.versions",
)  # fmt: skip
ROOF = (
    "topology.cli", "topology.demo", "topology.bench", "topology.pages", "topology.contract", "topology.models",
    "topology.admin", "topology.chaos", "topology.soak", "topology.doctor",
)  # fmt: skip
WITHOUT_TORCH = ("torch", "transformers", "ultralytics", "onnx", "pykeen", "optuna")
"""Packages of the training environment."""

EXCEPTIONS: frozenset[tuple[str, str]] = frozenset()
"""(module, module) pairs that break a rule today. This list may only shrink."""


@dataclass(frozen=True)
class Import:
    """One import of one module by another."""

    by: str
    of: str
    line: int

    def __str__(self) -> str:
        return f"{self.by} (line {self.line}) imports {self.of}"


def files() -> dict[str, Path]:
    """Returns every module of the tree by its dotted name."""
    found = {}
    for room in (*OURS, "triton_models", "tests"):
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


FILES = files()


def imports(module: str) -> Iterator[Import]:
    """Yields what a module imports, wherever in the module the import stands."""
    for node in ast.walk(ast.parse(FILES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (Import(module, alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relative to itself"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield Import(module, whole if whole in FILES else str(node.module), node.lineno)


IMPORTS = tuple(found for module in FILES for found in imports(module))


def within(module: str, rooms: tuple[str, ...]) -> bool:
    """Returns whether a module lies in one of some rooms."""
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


def service(module: str) -> bool:
    """Returns whether a module lies in one of inference's service rooms."""
    return within(module, ("inference",)) and not within(module, TRAINING)


RULES = {
    "inference's service rooms know neither streams nor the roof nor how models are made": (
        service,
        lambda of: within(of, ("streams", *ROOF, *TRAINING)),
    ),
    "streams know neither how models are made nor the roof": (
        lambda by: within(by, ("streams",)),
        lambda of: within(of, (*ROOF, *TRAINING)),
    ),
    "the ground imports nothing of ours but the ground": (
        lambda by: within(by, GROUND),
        lambda of: within(of, (*OURS, "tests")) and not within(of, GROUND),
    ),
    "the model repository imports nothing of ours": (
        lambda by: within(by, ("triton_models",)),
        lambda of: within(of, (*OURS, "tests")),
    ),
    "what is shipped imports no test": (
        lambda by: within(by, OURS),
        lambda of: within(of, ("tests",)),
    ),
    "what tests share lies in helper modules": (
        lambda by: within(by, ("tests",)),
        lambda of: any(part.startswith("test_") or part == "conftest" for part in of.split(".")),
    ),
    "the service runs without the training environment": (
        lambda by: service(by)
        or within(by, ("streams", *GROUND, "topology.local", "topology.graph", "topology.access")),
        lambda of: within(of, WITHOUT_TORCH),
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_a_room_knows_only_what_it_may(rule):
    knows, forbidden = RULES[rule]
    broken = [found for found in IMPORTS if knows(found.by) and forbidden(found.of)]
    assert [str(found) for found in broken if (found.by, found.of) not in EXCEPTIONS] == []


def test_every_exception_still_holds():
    assert {(found.by, found.of) for found in IMPORTS} >= EXCEPTIONS


def circle() -> set[str]:
    """Returns the modules that import, by way of others, themselves, and those between them; empty if there are none.

    What imports nothing that is left, or is imported by nothing that is left, lies on no circle and is taken away.
    """
    left = {module: {i.of for i in IMPORTS if i.by == module and i.of in FILES and i.of != module} for module in FILES}
    while True:
        imported = set().union(*left.values())
        ends = {module for module, of in left.items() if not of & left.keys() or module not in imported}
        if not ends:
            return set(left)
        left = {module: of - ends for module, of in left.items() if module not in ends}


def test_no_modules_import_each_other_in_a_circle():
    assert circle() == set()


def test_no_module_is_too_long_to_read_at_once():
    lengths = {module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in FILES.items()}
    assert {module: lines for module, lines in lengths.items() if lines > LARGEST_MODULE} == {}


def test_no_folder_is_too_full_to_find_anything_in():
    sizes = Counter(path.parent.relative_to(ROOT).as_posix() for path in FILES.values())
    assert {folder: size for folder, size in sizes.items() if size > LARGEST_FOLDER} == {}


def test_each_served_model_has_a_room_of_its_name():
    served = {path.parent.name for path in (ROOT / "triton_models").glob("*/config.pbtxt")}
    rooms = {path.name for path in (ROOT / "inference").iterdir() if path.is_dir()}
    assert served
    assert served - rooms == set()


def test_the_documentation_points_here():
    assert "tests/test_rooms.py" in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
