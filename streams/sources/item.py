"""What every source yields: one record for `raw-news`, and where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from streams.messages.events import Article, stable_id
from streams.sources.beside import located

PROBLEMS_SHOWN = 3


class SourceError(Exception):
    """A source cannot be read at all; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Item:
    """One record to publish.

    Attributes:
        key: The record key: the article's id where one can be read, else a hash of the bytes.
        value: The record value: the article as JSON, or a bad line's bytes as they stand.
        where: Place in the source, for messages (`feed.jsonl line 12`).
        article: The article, or None if the value is not one.
        problem: Why the value is no article; empty if it is one.
    """

    key: str
    value: bytes
    where: str
    article: Article | None = None
    problem: str = ""

    @classmethod
    def of(cls, article: Article, where: str) -> "Item":
        """Returns the record of an article. Fields at their default do not travel."""
        return cls(article.id, article.model_dump_json(exclude_defaults=True).encode(), where, article)

    @classmethod
    def parse(cls, value: bytes, where: str, folder: Path | None = None) -> "Item":
        """Returns the record of JSON bytes that should be an article.

        Bytes that are not one stay as they are, with the problem told: whoever reads the topic puts them into dead
        letters with a reason, so nothing is dropped here. Fields we do not know do not travel.

        Args:
            value: The bytes.
            where: Place in the source.
            folder: Where the pictures lie that the article names by their path; see `streams.sources.beside`.
        """
        try:
            loaded = orjson.loads(value)
        except orjson.JSONDecodeError as error:
            return cls(stable_id("bad", value), value, where, problem=f"not JSON: {error}")
        return cls.load(located(loaded, folder) if folder else loaded, value, where)

    @classmethod
    def load(cls, loaded: Any, value: bytes, where: str) -> "Item":
        """Like `parse`, for JSON that is already decoded from `value`."""
        try:
            return cls.of(Article.model_validate(loaded), where)
        except ValidationError as error:
            return cls(_key(loaded, value), value, where, problem=explain(error))

    @classmethod
    def build(cls, where: str, fields: Mapping[str, Any]) -> "Item":
        """Returns the record of an article made of `fields`, which may break the rules of an article."""
        value = orjson.dumps(fields, default=str)
        return cls.load(fields, value, where)


def _key(loaded: Any, value: bytes) -> str:
    id_ = loaded.get("id") if isinstance(loaded, dict) else None
    return id_ if isinstance(id_, str) and id_ else stable_id("bad", value)


def explain(error: ValidationError) -> str:
    """Returns a validation error in one line, without the input that caused it."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    told = [f"{'.'.join(map(str, e['loc'])) or 'article'}: {e['msg']}" for e in found[:PROBLEMS_SHOWN]]
    return "; ".join(told) + ("; …" if len(found) > PROBLEMS_SHOWN else "")
