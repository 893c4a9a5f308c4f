"""Readers of the public link-prediction sets: FB15k-237, WN18RR, DB15K, MKG-W and MKG-Y."""

import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np

from inference.training.links.knowledge_graph import KnowledgeGraph, Triples

MOST_BYTES = 64 * 1024 * 1024
"""A split is at most so long."""
SPLITS = ("train", "valid", "test")
Named = list[tuple[str, str, str]]


class GraphDataError(ValueError):
    """A set is not there, or is not what it should be; the message names the file."""


def read(name: str, folder: Path) -> KnowledgeGraph:
    """Reads a set by name.

    Args:
        name: A key of `SETS`.
        folder: The data folder's `kg`.

    Raises:
        GraphDataError: The set is not known, is not there or is not what it should be.
    """
    if name not in SETS:
        raise GraphDataError(f"no set {name}; there are: {', '.join(SETS)}")
    try:
        return SETS[name](folder)
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise GraphDataError(f"{name} cannot be read: {error}") from error


def _freebase(folder: Path) -> KnowledgeGraph:
    """FB15k-237; an entity's text is its name and Wikidata's description of it."""
    text = folder / "text" / "FB15k-237"
    names = _pairs(text / "entity2text.txt")
    described = json.loads((text / "entity2wikidata.json").read_text(encoding="utf-8"))
    texts = {
        id_: ", ".join(part for part in (name, described.get(id_, {}).get("description") or "") if part)
        for id_, name in names.items()
    }
    return _graph("FB15k-237", _zipped(folder, "FB15k-237"), texts)


def _wordnet(folder: Path) -> KnowledgeGraph:
    """WN18RR; an entity's text is the word and its definition."""
    return _graph("WN18RR", _zipped(folder, "WN18RR"), _pairs(folder / "text" / "WN18RR" / "entity2text.txt"))


def _mkgc(name: str, *, named: bool = False) -> Callable[[Path], KnowledgeGraph]:
    def reader(folder: Path) -> KnowledgeGraph:
        own = folder / "mkgc" / name
        texts = {}
        if named:
            for line in _lines(own / "entity2id.txt"):
                words, _, number = line.rpartition(" ")
                texts[number] = words.replace("_", " ")
        splits = {split: _triples(_lines(own / f"{split}.txt"), own / f"{split}.txt") for split in SPLITS}
        return _graph(name, splits, texts)

    return reader


SETS: Mapping[str, Callable[[Path], KnowledgeGraph]] = {
    "fb15k-237": _freebase,
    "wn18rr": _wordnet,
    "db15k": _mkgc("DB15K"),
    "mkg-w": _mkgc("MKG-W"),
    "mkg-y": _mkgc("MKG-Y", named=True),
}
"""Readers by name. MKG-Y's identifiers are YAGO's names, which can be read; those of DB15K and MKG-W are numbers."""


def _graph(name: str, splits: Mapping[str, Named], texts: Mapping[str, str]) -> KnowledgeGraph:
    entities = tuple(sorted({end for triples in splits.values() for head, _, tail in triples for end in (head, tail)}))
    relations = tuple(sorted({relation for triples in splits.values() for _, relation, _ in triples}))
    entity, relation = ({given: i for i, given in enumerate(ids)} for ids in (entities, relations))

    def numbers(triples: Named) -> Triples:
        rows = [(entity[head], relation[between], entity[tail]) for head, between, tail in triples]
        return np.array(rows, dtype=np.int64).reshape(-1, 3)

    # Nine tenths of DB15K's validation triples are training triples too, as it was published: they would select the
    # model that memorises its training triples.
    trained = set(splits["train"])
    splits = {**splits, "valid": [triple for triple in splits["valid"] if triple not in trained]}
    train, valid, test = (numbers(splits[split]) for split in SPLITS)
    named = tuple(texts.get(id_, "") for id_ in entities) if texts else ()
    return KnowledgeGraph(name, entities, relations, train, valid, test, named)


def _zipped(folder: Path, name: str) -> dict[str, Named]:
    path = folder / "fb15k237-wn18rr" / "data_compressed" / f"{name}.zip"
    splits = {}
    with zipfile.ZipFile(path) as archive:
        members = {member.filename: member for member in archive.infolist()}
        for split in SPLITS:
            member = members.get(f"{name}/{split}.txt")
            if member is None or member.file_size > MOST_BYTES:
                raise GraphDataError(f"{path} has no {split}.txt of at most {MOST_BYTES} bytes")
            splits[split] = _triples(archive.read(member).decode("utf-8").splitlines(), path)
    return splits


def _triples(lines: Iterable[str], path: Path) -> Named:
    found = []
    for number, line in enumerate(lines, 1):
        parts = line.split("\t")
        if len(parts) != 3:  # noqa: PLR2004
            raise GraphDataError(f"{path}, line {number}: not head, relation and tail")
        found.append((parts[0], parts[1], parts[2]))
    return found


def _pairs(path: Path) -> dict[str, str]:
    return dict(line.split("\t", 1) for line in _lines(path) if "\t" in line)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
