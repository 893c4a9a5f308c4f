"""Annotated pictures: the repository's labels joined with the data folder's pictures and texts.

The repository holds ids, character offsets, boxes and labels only. A picture is a file of `feeds/gsa-images`, its text
the headline of a post of `feeds/gsa-posts.jsonl` and the picture's caption there. Hashes of both are kept with the
labels, so that labels are never laid over a picture or a text that has changed.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from inference.object_detection.types import Box
from inference.training.pictures.annotated.relations import NONE, PEOPLE, SAME_PERSON

Part = Literal["train", "dev", "test"]

PARTS: tuple[Part, ...] = ("train", "dev", "test")
FOLDER = Path(__file__).parent
FEED, PICTURES = "gsa-posts.jsonl", "gsa-images"

Field = Literal["headline", "caption"]


class PictureMismatchError(ValueError):
    """The data folder lacks an annotated picture or post, or holds it with other bytes or another text."""


@dataclass(frozen=True, slots=True)
class AnnotatedName:
    """A name in a picture's text.

    Attributes:
        field: Which text.
        start: First character.
        end: One past the last character.
        type: An entity type of the ontology.
        found: The text model of that day found it; else an annotator did.
    """

    field: Field
    start: int
    end: int
    type: str
    found: bool = True


@dataclass(frozen=True, slots=True)
class AnnotatedObject:
    """An object in a picture.

    Attributes:
        label: Its class: one of COCO's, or `face`.
        box: Where it is, in pixels of the picture.
        score: The detector's confidence, 0 to 1; None if an annotator added the object.
        wrong: The detector found it, but nothing of this class is there.
    """

    label: str
    box: Box
    score: float | None
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """Whether a named person is shown.

    Attributes:
        name: Index of the name.
        objects: Indices of the boxes that show the person: figure, face or both. Empty if none does.
        clear: False if picture and text do not say which box it is, or whether there is any.
    """

    name: int
    objects: tuple[int, ...]
    clear: bool = True


@dataclass(frozen=True, slots=True)
class AnnotatedPicture:
    """A picture with all that is annotated of it.

    Attributes:
        id: Name of its file.
        post: Id of the post that it illustrates.
        path: The file.
        size: Width and height in pixels.
        headline: The post's headline.
        caption: The picture's caption; may be empty.
        names: What headline and caption name, in that order.
        objects: What the detector found, then what annotators added.
        shown: Of each named person that was decided on.
        relations: (index of a name, index of an object, relation), without who is shown.
    """

    id: str
    post: str
    path: Path
    size: tuple[int, int]
    headline: str
    caption: str
    names: tuple[AnnotatedName, ...]
    objects: tuple[AnnotatedObject, ...]
    shown: tuple[Shown, ...]
    relations: tuple[tuple[int, int, str], ...]

    def text(self, field: Field) -> str:
        """Returns headline or caption."""
        return self.headline if field == "headline" else self.caption

    def words(self, name: int) -> str:
        """Returns the characters of a name."""
        chosen = self.names[name]
        return self.text(chosen.field)[chosen.start : chosen.end]

    def pairs(self) -> Iterator[tuple[int, int, str]]:
        """Yields each pair of a name and an object with its relation, `NONE` if it has none.

        Pairs of a name with people are left out where it is unclear which of them it is.
        """
        known = {(name, thing): relation for name, thing, relation in self.relations}
        known |= {(one.name, thing): SAME_PERSON for one in self.shown for thing in one.objects}
        unclear = {one.name for one in self.shown if not one.clear}
        for name in range(len(self.names)):
            for number, thing in enumerate(self.objects):
                relation = known.get((name, number), NONE)
                if relation == NONE and name in unclear and thing.label in PEOPLE and not thing.wrong:
                    continue
                yield name, number, relation


def annotated_pictures(data: Path, part: Part) -> Iterator[AnnotatedPicture]:
    """Yields the pictures of a part, in the order of their file.

    Args:
        data: The data folder.
        part: One of `PARTS`.

    Raises:
        FileNotFoundError: The data folder has no such feed.
        PictureMismatchError: A picture or its text is missing or is another one.
    """
    rows = [json.loads(line) for line in labels(part).read_text(encoding="utf-8").splitlines()]
    wanted = {row["post"] for row in rows}
    posts = {}
    with (data / "feeds" / FEED).open(encoding="utf-8") as lines:
        for line in lines:
            post = json.loads(line)
            if post["id"] in wanted:
                posts[post["id"]] = post
    for row in rows:
        yield _joined(row, posts.get(row["post"]), data / "feeds" / PICTURES / row["picture"])


def labels(part: Part) -> Path:
    """Returns the file of a part's labels."""
    return FOLDER / f"{part}.jsonl"


def digest(content: bytes) -> str:
    """Returns the hash by which a picture or a text is recognised."""
    return sha256(content).hexdigest()[:16]


def _joined(row: dict[str, Any], post: dict[str, Any] | None, path: Path) -> AnnotatedPicture:
    name, id_ = row["picture"], row["post"]
    captions = {Path(medium["path"]).name: medium["caption"] or "" for medium in (post or {}).get("media", ())}
    if post is None or name not in captions:
        raise PictureMismatchError(f"the data folder has no picture {name} in post {id_}; it is another version")
    if not path.is_file() or digest(path.read_bytes()) != row["file"]:
        raise PictureMismatchError(f"{path} is missing, or another picture than the one that was annotated")
    headline, caption = post["headline"] or "", captions[name]
    if digest(f"{headline}\n{caption}".encode()) != row["words"]:
        raise PictureMismatchError(f"{name} has another text in post {id_} than the one that was annotated")
    width, height = row["size"]
    wrong = set(row["wrong"])
    return AnnotatedPicture(
        name,
        id_,
        path,
        (width, height),
        headline,
        caption,
        tuple(AnnotatedName(*one) for one in row["names"]),
        tuple(
            AnnotatedObject(label, Box(*box), score, number in wrong)
            for number, (label, score, *box) in enumerate(row["objects"])
        ),
        tuple(Shown(who, tuple(things), clear) for who, things, clear in row["shown"]),
        tuple((who, thing, relation) for who, thing, relation in row["relations"]),
    )
