import json
from pathlib import Path

import pytest

from topology.local import triton_env


def test_a_copied_environment_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files name the folder that it was made in: a copy ran that folder's programs, until that one was deleted."""
    made = []

    def make(root: Path, layout: Path) -> None:
        made.append(root)
        root.mkdir()
        layout.write_text(json.dumps(["/usr/lib", str(root / "lib")]))

    monkeypatch.setattr(triton_env, "_make", make)
    first = tmp_path / "first"
    first.mkdir()
    assert triton_env.environment(first).server.is_relative_to(first)
    assert triton_env.environment(first).server.is_relative_to(first)
    second = first.rename(tmp_path / "second")
    assert triton_env.environment(second).server.is_relative_to(second)
    assert [root.parent for root in made] == [first, second]
