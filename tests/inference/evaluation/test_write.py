"""Reports: what is measured reaches the page, the numbers and the pictures."""

import orjson
import pytest

from inference.evaluation.report import Aim, Context, DataMissing, Plot, Report, Table
from inference.evaluation.write import Provenance, write

ORIGIN = Provenance("triplewire evaluate tides --seed 3", 3, "2 cores of something")


def report(**changes):
    parts = {
        "title": "Tides",
        "about": "How high the water stands.",
        "sources": ("tide tables, 2024",),
        "tables": [Table("Heights", ("harbour", "metres"), [("Brest | west", 6.1), ("Oslo", None)], "Spring tides.")],
    }
    return Report(**parts | changes)


def test_page_holds_every_number_and_where_it_comes_from(tmp_path):
    aims = [Aim("error", 0.04, 0.05, at_most=True), Aim("harbours", 2, 3)]
    write(report(aims=aims, notes=["Moon included."]), "tides", ORIGIN, tmp_path)
    page = (tmp_path / "tides.md").read_text()
    for part in ("`triplewire evaluate tides --seed 3`", "2 cores of something", "tide tables, 2024", "Moon included."):
        assert part in page
    assert "| Brest \\| west | 6.100 |" in page
    assert "| Oslo |  |" in page
    assert "| error | 0.040 | ≤ 0.05 | yes |" in page
    assert "| harbours | 2 | ≥ 3 | no |" in page
    assert "| --- | ---: |" in page


def test_numbers_can_be_read_by_a_program(tmp_path):
    write(report(aims=[Aim("harbours", 2, 3)]), "tides", ORIGIN, tmp_path)
    numbers = orjson.loads((tmp_path / "tides.json").read_bytes())
    assert numbers["tables"]["Heights"][0] == {"harbour": "Brest | west", "metres": 6.1}
    assert numbers["aims"][0]["reached"] is False
    assert (numbers["command"], numbers["seed"]) == (ORIGIN.command, 3)


def test_equal_plots_are_equal_files(tmp_path):
    def draw(axes):
        axes.plot([0, 1, 2], [1, 4, 2])

    plotted = report(plots=[Plot("curve", "Water over hours", draw)])
    for folder in ("one", "two"):
        written = write(plotted, "tides", ORIGIN, tmp_path / folder)
        assert [path.name for path in written] == ["tides.md", "tides.json", "tides-curve.png"]
    one, two = (tmp_path / folder / "tides-curve.png" for folder in ("one", "two"))
    assert one.read_bytes().startswith(b"\x89PNG")
    assert one.read_bytes() == two.read_bytes()
    assert "![Water over hours](tides-curve.png)" in (tmp_path / "one" / "tides.md").read_text()


def test_row_that_does_not_fit_its_columns_is_refused():
    with pytest.raises(ValueError, match="Heights: 1 cells under 2 columns"):
        Table("Heights", ("harbour", "metres"), [("Oslo",)])


def test_missing_data_names_the_path_and_the_option(tmp_path):
    with pytest.raises(DataMissing, match=r"re/redocred is missing; point --data"):
        Context(tmp_path).need("re", "redocred")
