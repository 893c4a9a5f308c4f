"""Link sets in miniature, for every test of them."""

import pytest

from inference.research.sessions import link_sets


@pytest.fixture
def sets(tmp_path, monkeypatch):
    """A ring of 30 nodes with chords, of two types; some pairs stand both ways round, or by both types."""
    monkeypatch.setattr(link_sets, "SIZES", {"amazon": (60, 5, 10), "youtube": (60, 5, 10)})
    edges = [(1 + n % 2, 100 + n, 100 + (n + step) % 30) for n in range(30) for step in (1, 2, 3)]
    edges += [(1 + t % 2, b, a) for t, a, b in edges[:20]]
    for name in ("amazon", "youtube"):
        (tmp_path / name).mkdir()
        lines = [" ".join(map(str, edge)) for edge in edges]
        if name == "amazon":
            (tmp_path / name / "train.txt").write_text("\n".join(lines[:80]) + "\n")
        for part, rows in (("valid", lines[80:100]), ("test", lines[100:])):
            wrong = [f"{line.rsplit(' ', 1)[0]} {100 + (n * 7 + 15) % 30} 0" for n, line in enumerate(rows)]
            (tmp_path / name / f"{part}.txt").write_text("\n".join([f"{r} 1" for r in rows] + wrong) + "\n")
    return tmp_path
