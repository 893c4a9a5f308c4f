"""A folder, or one file of it: txt, md, html, json and jsonl."""

from collections.abc import Callable, Iterator
from pathlib import Path

from streams.messages.events import stable_id
from streams.sources.item import Item, SourceError
from streams.sources.jsonl import read_json, read_jsonl
from streams.sources.markup import clean, markdown_text, read_page

LONGEST_HEADLINE = 200


def read_folder(folder: Path) -> Iterator[Item]:
    """Yields the articles of all files below a folder, in order of path; hidden and other files are passed over.

    The id of an article in a text, Markdown or HTML file is a hash of its path within the folder: edit the file and
    publish it again, and the graph takes it as a revision.

    Raises:
        SourceError: A file cannot be read, or the folder holds nothing that can be.
    """
    found = False
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.suffix.lower() in _READERS and path.is_file() and not any(p.startswith(".") for p in name.parts):
            found = True
            yield from read_file(path, name.as_posix())
    if not found:
        raise SourceError(f"{folder} holds no {', '.join(sorted(_READERS))} file")


def read_file(path: Path, name: str | None = None) -> Iterator[Item]:
    """Yields the articles of one file, by its suffix.

    Raises:
        SourceError: The file cannot be read, or its suffix is unknown.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise SourceError(f"{path}: don't know how to read this; known are {', '.join(sorted(_READERS))}")
    yield from reader(path, name or path.name)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error


def _text(path: Path, name: str) -> Iterator[Item]:
    yield _plain(clean(_bytes(path).decode("utf-8-sig", "replace")), name)


def _markdown(path: Path, name: str) -> Iterator[Item]:
    yield _plain(markdown_text(_bytes(path).decode("utf-8-sig", "replace")), name)


def _plain(text: str, name: str) -> Item:
    """A short first line is the headline, if text follows it."""
    first, _, rest = text.strip().partition("\n")
    headline, body = (first, rest) if rest.strip() and len(first) <= LONGEST_HEADLINE else ("", text)
    return Item.build(name, {"id": stable_id("file", name), "headline": headline.strip(), "body": body.strip()})


def _html(path: Path, name: str) -> Iterator[Item]:
    page = read_page(_bytes(path))
    fields = {field: getattr(page, field) for field in page.__slots__}
    yield Item.build(name, {"id": stable_id("file", name), **fields})


_READERS: dict[str, Callable[[Path, str], Iterator[Item]]] = {
    ".txt": _text,
    ".md": _markdown,
    ".html": _html,
    ".htm": _html,
    ".json": read_json,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
}
