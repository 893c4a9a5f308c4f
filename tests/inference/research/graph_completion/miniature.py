"""A public set in a miniature of its own format."""

from inference.research.graph_completion import readers


def write_mkgc(folder, name):
    place = folder / "mkgc" / name
    place.mkdir(parents=True)
    for split in readers.SPLITS:
        (place / f"{split}.txt").write_text("0\t1\t2\n2\t0\t10\n")
    (place / "valid.txt").write_text("2\t1\t0\n0\t0\t10\n")
    return place
