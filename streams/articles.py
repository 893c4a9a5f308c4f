"""Reading an article off the wire, with a clear reason for each that cannot be read.

Tolerant of what it does not know: unknown fields are counted and ignored, so that publishers may add fields before we
know them. Strict in everything else: orjson takes no NaN, no lone surrogates, no bytes that are not UTF-8.
"""

import orjson
from pydantic import ValidationError

from inference.text.language import language_of
from inference.text.types import TextDocument
from streams.events import Article
from streams.metrics import UNKNOWN_FIELDS
from streams.stage import PoisonError, Record

_KNOWN = frozenset(Article.model_fields)


def parse_article(record: Record, *, stage: str, max_text: int) -> Article:
    """Reads an article.

    Args:
        record: A record of `raw-news`. Its key does not matter: the article's id is the key downstream.
        stage: Who reads, for the count of unknown fields.
        max_text: Longest headline plus body, in characters.

    Raises:
        PoisonError: null-value, not-utf8, not-json, lone-surrogate, not-an-object, missing-field, wrong-field,
            nul-character, empty-body or too-large.
    """
    if record.value is None:
        raise PoisonError("null-value", "the record has no value; to withdraw an article publish it with op: retract")
    fields = _json(record.value)
    if not isinstance(fields, dict):
        raise PoisonError("not-an-object", f"an article is a JSON object, this is {_kind(fields)}")
    if unknown := fields.keys() - _KNOWN:
        UNKNOWN_FIELDS.labels(stage).inc(len(unknown))
    try:
        article = Article.model_validate(fields)
    except ValidationError as error:
        raise _explained(error) from None
    if (size := len(article.headline) + len(article.body)) > max_text:
        raise PoisonError("too-large", f"headline and body have {size} characters, more than max_text = {max_text}")
    return article


def _json(value: bytes) -> object:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        try:
            value.decode()
        except UnicodeDecodeError as undecodable:
            raise PoisonError("not-utf8", f"the value is not UTF-8: {undecodable}") from None
        if "surrogate" in str(error):
            raise PoisonError("lone-surrogate", f"an escape names half a character: {error}") from None
        raise PoisonError("not-json", f"the value is not JSON: {error}") from None


def _kind(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _explained(error: ValidationError) -> PoisonError:
    details = error.errors(include_url=False, include_input=False, include_context=False)
    first = details[0]
    message = "; ".join(
        f"{'.'.join(map(str, detail['loc'])) or 'article'}: {detail['msg'].removeprefix('Value error, ')}"
        for detail in details[:5]
    )
    if first["type"] == "missing":
        return PoisonError("missing-field", message)
    if first["type"] == "value_error" and not first["loc"]:
        return PoisonError("nul-character" if "NUL" in first["msg"] else "empty-body", message)
    return PoisonError("wrong-field", message)


def language(article: Article) -> str:
    """Returns the BCP 47 tag of an article's language: the publisher's unless the text contradicts it."""
    return language_of(article.headline, article.body, article.language)


def as_document(article: Article) -> TextDocument:
    """Returns what text extraction takes of an article."""
    return TextDocument(article.id, article.headline, article.body, language(article))
