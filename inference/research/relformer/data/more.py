"""MORE's data in its own format (He et al. 2023), read without ever unpickling anything.

DIR/txt/{train,valid,test}.txt   a dict a line, as Python writes it: token, relation, h {name, pos [start, end)},
                                 t {name}, img_id
DIR/rel2id.json                  relation → id
DIR/ent_{split}_dict.json        img_id → object name → (cx, cy, w, h), shares of the picture; or the .pth of the same
DIR/img_org/{split}/             pictures
DIR/img_dep/*.npz                optional: `depth_map`, named like the picture
DIR/caption_dict.json            optional: img_id → object name → what it looks like
"""

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from inference.object_relations.example import Box, Example, Span

SPLITS = ("train", "valid", "test")


class MoreError(ValueError):
    """The data is not in MORE's format; the message names the file and, where there is one, the line."""


@dataclass(frozen=True)
class MorePair:
    """A line of MORE: a pair with the picture that it is about.

    Attributes:
        example: The pair, without its picture.
        picture: File of the picture.
        depth: File of its depth map; None if there is none.
        place: File and line it was read from.
    """

    example: Example
    picture: Path
    depth: Path | None
    place: str


@dataclass(frozen=True)
class MoreData:
    """MORE as read from a folder.

    Attributes:
        relations: Names by id.
        splits: Pairs by split; a split without a file is not there.
    """

    relations: tuple[str, ...]
    splits: Mapping[str, Sequence[MorePair]]


def read_more(folder: Path) -> MoreData:
    """Reads all splits that there are; pictures and depth maps are opened later, batch by batch.

    Raises:
        MoreError: Something is missing or malformed.
    """
    relations = read_relations(folder / "rel2id.json")
    captions_path = folder / "caption_dict.json"
    captions: Mapping[str, Any] = _json_object(captions_path) if captions_path.is_file() else {}
    splits = {
        split: _split(folder, split, relations, captions)
        for split in SPLITS
        if (folder / "txt" / f"{split}.txt").is_file()
    }
    if "train" not in splits:
        raise MoreError(
            f"{folder / 'txt' / 'train.txt'} is missing; --data names the folder that holds txt/, img_org/ …"
        )
    return MoreData(tuple(relations), splits)


def read_relations(path: Path) -> dict[str, int]:
    """Reads a relation → id JSON, in order of the ids.

    Raises:
        MoreError: It is missing, or the ids are not 0, 1, 2, ….
    """
    given = _json_object(path)
    if not all(isinstance(i, int) for i in given.values()) or sorted(given.values()) != list(range(len(given))):
        raise MoreError(f"{path}: the ids must be 0 to {len(given) - 1}, each once")
    return dict(sorted(given.items(), key=lambda item: item[1]))


def read_lines(path: Path, relations: Mapping[str, int]) -> list[tuple[int, dict[str, Any]]]:
    """Reads the lines of a split with their numbers: Python literals, checked.

    Raises:
        MoreError: A line is no such dict, or names a relation that has no id.
    """
    found = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            place = f"{path}, line {number}"
            try:
                item = ast.literal_eval(line.strip())
            except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
                raise MoreError(f"{place}: not a Python literal: {error}") from error
            found.append((number, _checked(item, relations, place)))
    return found


def _checked(item: Any, relations: Mapping[str, int], place: str) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise MoreError(f"{place}: a dict is wanted, not {type(item).__name__}")
    if missing := {"token", "relation", "h", "t", "img_id"} - item.keys():
        raise MoreError(f"{place}: lacks {', '.join(sorted(missing))}")
    words = item["token"]
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        raise MoreError(f"{place}: token must be a list of words")
    if item["relation"] not in relations:
        raise MoreError(f"{place}: relation {item['relation']!r} is not in rel2id.json")
    for end in ("h", "t"):
        if not isinstance(item[end], dict) or not isinstance(item[end].get("name"), str):
            raise MoreError(f"{place}: {end} must be a dict with a name")
    if not isinstance(item["img_id"], str) or Path(item["img_id"]).name != item["img_id"]:
        raise MoreError(f"{place}: img_id must be a file's name")
    item["h"]["span"] = span_of(item["h"], len(words), f"{place}: h")
    return item


def span_of(end: Mapping[str, Any], words: int, place: str) -> Span:
    """Returns the words of an end of a pair.

    Raises:
        MoreError: `pos` is not two numbers, the first below the second, within the text.
    """
    match end.get("pos"):
        case [int(start), int(stop)] if 0 <= start < stop <= words:
            return Span(start, stop)
        case given:
            raise MoreError(f"{place}: pos {given!r} is not [start, end) within {words} words")


def _split(folder: Path, split: str, relations: Mapping[str, int], captions: Mapping[str, Any]) -> list[MorePair]:
    path = folder / "txt" / f"{split}.txt"
    boxes_path, boxes = _boxes(folder, split)
    pairs = []
    for number, item in read_lines(path, relations):
        place, image = f"{path}, line {number}", item["img_id"]
        if image not in boxes:
            raise MoreError(f"{place}: {image} has no objects in {boxes_path}")
        objects = {name: _box(box, f"{boxes_path}: {image}: {name}") for name, box in boxes[image].items()}
        if item["t"]["name"] not in objects:
            raise MoreError(f"{place}: {image} has no object {item['t']['name']!r} in {boxes_path}")
        depth = folder / "img_dep" / f"{image.split('.')[0]}.npz"
        example = Example(
            tuple(item["token"]),
            item["h"]["span"],
            relations[item["relation"]],
            objects,
            item["t"]["name"],
            captions=captions.get(image),
        )
        picture = folder / "img_org" / split / image
        if not picture.is_file():
            raise MoreError(f"{place}: {picture} is missing")
        pairs.append(MorePair(example, picture, depth if depth.is_file() else None, place))
    return pairs


def _boxes(folder: Path, split: str) -> tuple[Path, Mapping[str, Any]]:
    as_json, as_torch = (folder / f"ent_{split}_dict.{ending}" for ending in ("json", "pth"))
    if as_json.is_file():
        return as_json, _json_object(as_json)
    if not as_torch.is_file():
        raise MoreError(f"neither {as_json} nor {as_torch.name} is there")
    try:
        # MORE publishes a pickle; this loader reads nothing but plain values and tensors from it.
        given = torch.load(as_torch, weights_only=True)
    except Exception as error:
        raise MoreError(f"{as_torch}: not a file of plain values, write it as JSON: {error}") from error
    if not isinstance(given, dict):
        raise MoreError(f"{as_torch}: a dict is wanted, not {type(given).__name__}")
    return as_torch, given


def _box(given: Any, place: str) -> Box:
    try:
        x, y, w, h = (float(value) for value in given)
    except (TypeError, ValueError) as error:
        raise MoreError(f"{place}: a box is (cx, cy, w, h), not {given!r}") from error
    if not (0 <= x <= 1 and 0 <= y <= 1 and 0 < w <= 1 and 0 < h <= 1):
        raise MoreError(f"{place}: box {given!r} is not in shares of the picture")
    return x, y, w, h


def _json_object(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise MoreError(f"{path} is missing")
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise MoreError(f"{path}: not JSON: {error}") from error
    if not isinstance(given, dict):
        raise MoreError(f"{path}: a JSON object is wanted")
    return given
