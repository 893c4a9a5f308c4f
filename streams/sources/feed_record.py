"""What every source yields: records for `raw-news`, what is left out, and their places in the source."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from streams.messages.events import Article, stable_id
from streams.sources.local_media import with_file_uris
from streams.sources.versions import Version

PROBLEMS_SHOWN = 3
LARGEST_FILE = 128 * 1024 * 1024
"""Bytes of the largest file that is read as a whole."""


class SourceError(Exception):
    """A source cannot be read at all. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something in a source that is not published.

    Attributes:
        where: The place in the source (`feed.xml entry 3`).
        what: What it is: a guid, the address of a picture, a file.
        reason: Why it is left out, for a person.
        passing: Whether it is to be published later, although the source will not have changed.
    """

    where: str
    what: str
    reason: str
    passing: bool = False


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """One record to publish.

    Attributes:
        key: The record's key: the article's id, or a hash of the bytes if there is no id.
        value: The record's value: the article as JSON, or the unchanged bytes if they are not an article.
        where: The place in the source, for messages (`feed.jsonl line 12`).
        article: The article; None if the value is not one.
        problem: Why the value is not an article; empty if it is one.
        version: Which version of the article it is, if the publisher says so.
    """

    key: str
    value: bytes
    where: str
    article: Article | None = None
    problem: str = ""
    version: Version | None = None

    @classmethod
    def of(cls, article: Article, where: str) -> "FeedRecord":
        """Returns the record of an article. Fields with their default value are left out."""
        return cls(article.id, article.model_dump_json(exclude_defaults=True).encode(), where, article)

    @classmethod
    def parse(cls, value: bytes, where: str, folder: Path | None = None) -> "FeedRecord":
        """Returns the record of JSON bytes that should be an article.

        Nothing is dropped here: bytes that are not an article are kept unchanged, with the problem, and the news stage
        sends them to dead-letters. Unknown fields of an article are left out.

        Args:
            value: The bytes.
            where: The place in the source.
            folder: The folder of the feed, for media given by path; see `streams.sources.local_media`.
        """
        try:
            loaded = orjson.loads(value)
        except orjson.JSONDecodeError as error:
            return cls(stable_id("bad", value), value, where, problem=f"not JSON: {error}")
        return cls.load(with_file_uris(loaded, folder) if folder else loaded, value, where)

    @classmethod
    def load(cls, loaded: Any, value: bytes, where: str) -> "FeedRecord":
        """Like `parse`, for JSON that was already decoded from `value`."""
        try:
            return cls.of(Article.model_validate(loaded), where)
        except ValidationError as error:
            return cls(_key(loaded, value), value, where, problem=explain(error))

    @classmethod
    def build(cls, where: str, fields: Mapping[str, Any], version: Version | None = None) -> "FeedRecord":
        """Returns the record of an article with these fields, which need not be valid."""
        value = orjson.dumps(fields, default=str)
        return replace(cls.load(fields, value, where), version=version)


Found = FeedRecord | LeftOut
"""What the readers yield."""


def _key(loaded: Any, value: bytes) -> str:
    id_ = loaded.get("id") if isinstance(loaded, dict) else None
    return id_ if isinstance(id_, str) and id_ else stable_id("bad", value)


def read_bytes(path: Path, largest: int = LARGEST_FILE) -> bytes:
    """Returns the content of a file.

    Raises:
        SourceError: The file cannot be read, or is larger than `largest` bytes.
    """
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error
    if len(content) > largest:
        raise SourceError(
            f"{path}: larger than {largest // 2**20} MiB, which is read as a whole; split it, or use JSON lines "
            "(.jsonl), which may be of any size"
        )
    return content


def explain(error: ValidationError) -> str:
    """Returns a validation error as one line, without the input that caused it."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    lines = [
        f"{'.'.join(map(str, e['loc'])) or 'article'}: {e['msg'].removeprefix('Value error, ')}"
        for e in found[:PROBLEMS_SHOWN]
    ]
    return "; ".join(lines) + ("; …" if len(found) > PROBLEMS_SHOWN else "")
