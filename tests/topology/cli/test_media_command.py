"""`triplewire media overlay`, and the pictures that the demo draws for itself."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from streams.sources import read_source
from tests.helpers import media_samples as samples
from topology.cli import app
from topology.demo.feed import folders
from topology.demo.sample_pictures import write


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["media", "overlay", *map(str, arguments)])
    return result.exit_code, result.output


def test_what_is_seen_is_told_and_drawn(tmp_path: Path) -> None:
    write(tmp_path)
    output = tmp_path / "out.png"
    code, told = run(tmp_path / "newsroom.png", "-o", output)
    assert code == 0, told
    assert told.count("face 0.") == 2
    assert "“Maastricht is a city” " in told
    assert "“in the Netherlands.” " in told
    with Image.open(output) as image:
        drawn = np.asarray(image).astype(int)
    with Image.open(tmp_path / "newsroom.png") as image:
        assert drawn.shape[1] > image.width / 2
    assert ((drawn[..., 0] > 200) & (drawn[..., 1] < 60) & (drawn[..., 2] < 80)).sum() > 500, "boxes of faces"


@pytest.mark.parametrize(
    ("data", "reason"),
    [(samples.cut(samples.picture(640, 480)), "ends too early"), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "")],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, data: bytes, reason: str) -> None:
    code, told = run(samples.write(tmp_path, data), "-o", tmp_path / "out.png")
    assert code == 1
    assert reason in told.replace("\n", " ")
    assert "medium" in told.replace("\n", "")
    assert not (tmp_path / "out.png").exists()


def test_the_sample_pictures_are_the_same_every_time(tmp_path: Path) -> None:
    one, other = write(tmp_path / "one"), write(tmp_path / "other")
    assert [p.read_bytes() for p in sorted(one.parent.iterdir())] == [
        p.read_bytes() for p in sorted(other.parent.iterdir())
    ]
    items = list(read_source(str(one)))
    assert [item.problem for item in items] == [""] * 3
    assert folders(items) == [one.parent]
    assert all(item.article is not None and len(item.article.media) == 1 for item in items)
