"""Articles in a folder or a single file: txt, md, html, json, jsonl and feeds."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from streams.messages.events import stable_id
from streams.sources.feed_record import FeedRecord, Found, LeftOut, SourceError, read_bytes
from streams.sources.feeds import charset
from streams.sources.feeds.identity import MOST_REMEMBERED, short_hash
from streams.sources.feeds.reader import read_feed_file
from streams.sources.jsonl import read_json, read_jsonl
from streams.sources.markup import clean, markdown_text, read_page
from streams.sources.versions import FORMATS, Version

LONGEST_HEADLINE = 200


def read_folder(folder: Path) -> Iterator[Found]:
    """Yields the articles of all files below a folder, in order of path; no earlier version after a later one.

    Hidden files are skipped, other types left out.

    The id of an article in a text, Markdown or HTML file is a hash of its path within the folder. So when the file is
    edited and published again, it is a revision of the same article.

    Raises:
        SourceError: A file cannot be read, or the folder contains no readable file.
    """
    yield from _forwards(_folder(folder))


def _folder(folder: Path) -> Iterator[Found]:
    found = False
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if any(part.startswith(".") for part in name.parts) or not path.is_file():
            continue
        if (safe := str(name).encode("utf-8", "replace").decode()) != str(name):
            yield LeftOut(safe, "the file", "its name is not UTF-8")
            continue
        if _suffix(path) not in _READERS:
            yield LeftOut(name.as_posix(), "the file", f"{path.suffix or 'a name without an ending'} is no known type")
            continue
        found = True
        if _suffix(path) not in FEEDS:
            yield from read_file(path, name.as_posix())
            continue
        try:
            yield from read_file(path, name.as_posix())
        except SourceError as error:  # XML that is something else must not keep the other files from being published
            yield LeftOut(name.as_posix(), "the file", str(error))
    if not found:
        raise SourceError(f"{folder} contains no file of a known type: {', '.join(sorted(_READERS))}")


def read_inbox(folder: Path, name: str) -> Iterator[Found]:
    """Yields the articles of all files below a folder that others put files into, in order of path; see `read_folder`.

    Unlike `read_folder`, no file keeps the others from being read, and there may be none at all. The id of an article
    in a text, Markdown or HTML file is a hash of the folder's name, too: files of two folders have the same names.

    Args:
        folder: The folder.
        name: Its name, in messages and ids.

    Raises:
        SourceError: The folder cannot be read.
    """
    yield from _forwards(_inbox(folder, name))


def _inbox(folder: Path, name: str) -> Iterator[Found]:
    try:
        next(folder.iterdir(), None)
        home = folder.resolve()
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if any(part.startswith(".") for part in inner.parts) or not path.is_file():
                continue
            where = f"{name}/{inner.as_posix()}"
            if (safe := where.encode("utf-8", "replace").decode()) != where:
                yield LeftOut(safe, "the file", "its name is not UTF-8")
                continue
            if not path.resolve().is_relative_to(home):
                yield LeftOut(where, "the file", "it is a link to a file outside of the folder")
                continue
            try:
                yield from read_file(path, where, name)
            except SourceError as error:
                yield LeftOut(where, "the file", str(error))
    except OSError as error:
        raise SourceError(f"{folder}: {error.strerror}") from error


def _forwards(found: Iterable[Found]) -> Iterator[Found]:
    """Leaves out versions of articles that come after a later one: agencies send a file for each version."""
    newest: dict[int, Version] = {}
    for one in found:
        if isinstance(one, FeedRecord) and one.version is not None:
            # Of each format, as what one does not state may be all that another can be compared by.
            keys = {format_: short_hash(format_, one.key) for format_ in FORMATS}
            if any(one.version.precedes(known) for key in keys.values() if (known := newest.get(key))):
                yield LeftOut(one.where, one.key, "a file before it has a later version")
                continue
            if one.article and ((key := keys[one.version.format]) in newest or len(newest) < MOST_REMEMBERED):
                newest[key] = one.version
        yield one


def read_file(path: Path, name: str | None = None, inbox: str = "") -> Iterator[Found]:
    """Yields the articles of one file. Its suffix decides how it is read.

    Args:
        path: The file.
        name: Its name in messages and ids; None for that of the path.
        inbox: The name of the inbox that it lies in; empty if in none.

    Raises:
        SourceError: The file cannot be read, or its suffix is unknown.
    """
    suffix = _suffix(path)
    if suffix in FEEDS:
        yield from read_feed_file(path, name or path.name, inbox)
        return
    reader = _READERS.get(suffix)
    if reader is None:
        raise SourceError(f"{path}: unknown file type; known are {', '.join(sorted(_READERS))}")
    yield from reader(path, name or path.name)


def _suffix(path: Path) -> str:
    """Returns a file's type: its ending in lower case, without the `.gz` of a packed feed or JSON file."""
    name = path.name.lower()
    unpacked = Path(name.removesuffix(".gz")).suffix
    return unpacked if unpacked in {*FEEDS, ".json"} else path.suffix.lower()


def _text(path: Path, name: str) -> Iterator[Found]:
    yield _plain(clean(_decoded(path)), name)


def _markdown(path: Path, name: str) -> Iterator[Found]:
    yield _plain(markdown_text(_decoded(path)), name)


def _decoded(path: Path) -> str:
    content = read_bytes(path)
    return "".join(charset.text_of(lambda: iter((content,)))[1])


def _plain(text: str, name: str) -> FeedRecord:
    """Returns the record of a plain text. A short first line that is followed by text is the headline."""
    first, _, rest = text.strip().partition("\n")
    headline, body = (first, rest) if rest.strip() and len(first) <= LONGEST_HEADLINE else ("", text)
    return FeedRecord.build(name, {"id": stable_id("file", name), "headline": headline.strip(), "body": body.strip()})


def _html(path: Path, name: str) -> Iterator[Found]:
    page = read_page(read_bytes(path))
    fields = {field: getattr(page, field) for field in page.__slots__}
    yield FeedRecord.build(name, {"id": stable_id("file", name), **fields})


FEEDS = frozenset((".rss", ".atom", ".xml", ".rdf", ".feed"))
_READERS: dict[str, Callable[[Path, str], Iterator[Found]]] = {
    ".txt": _text,
    ".md": _markdown,
    ".html": _html,
    ".htm": _html,
    ".json": read_json,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    **dict.fromkeys(FEEDS, read_feed_file),
}
