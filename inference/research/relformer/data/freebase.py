"""FB15k-237 as background knowledge in words: its triples, and what Wikidata says each entity is."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from inference.knowledge.base import KnownFact

MOST_BYTES = 64 * 1024 * 1024


def freebase_facts(folder: Path) -> Iterator[KnownFact]:
    """Yields the facts of the folder `kg`; an entity's other names have the same description as its own.

    Raises:
        FileNotFoundError: A file is missing.
        ValueError: The archive is not what it says.
    """
    text = folder / "text" / "FB15k-237"
    names = dict(line.split("\t", 1) for line in _lines(text / "entity2text.txt"))
    relations = dict(line.split("\t", 1) for line in _lines(text / "relation2text.txt"))
    for id_, entity in json.loads((text / "entity2wikidata.json").read_text(encoding="utf-8")).items():
        if description := entity.get("description"):
            for name in dict.fromkeys([names.get(id_, ""), entity.get("label") or "", *entity.get("alternatives", [])]):
                if name:
                    yield KnownFact(name, "is", description)
    for line in _triples(folder / "fb15k237-wn18rr" / "data_compressed" / "FB15k-237.zip"):
        head, relation, tail = line.split("\t")
        if head in names and tail in names:
            yield KnownFact(names[head], _short(relations.get(relation, relation)), names[tail])


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _triples(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        member = next((m for m in archive.infolist() if m.filename.endswith("train.txt")), None)
        if member is None or member.file_size > MOST_BYTES:
            raise ValueError(f"{path} has no train.txt of at most {MOST_BYTES} bytes")
        return archive.read(member).decode("utf-8").splitlines()


def _short(relation: str) -> str:
    """Returns the last words of a relation's name: those that say what it is."""
    return " ".join(relation.replace(".", " ").split()[-5:])
