"""Reading an article off the wire, with a clear reason for each that cannot be read.

Tolerant of what it does not know: unknown fields are counted and ignored, so that publishers may add fields before we
know them. Strict in everything else.
"""

from pydantic import ValidationError

from inference.text.language import language_of
from inference.text.types import TextDocument
from streams.events import Article
from streams.json_events import explained, json_object
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
    fields = json_object(record.value, "an article")
    if unknown := fields.keys() - _KNOWN:
        UNKNOWN_FIELDS.labels(stage).inc(len(unknown))
    try:
        article = Article.model_validate(fields)
    except ValidationError as error:
        raise explained(error, "article", lambda said: "nul-character" if "NUL" in said else "empty-body") from None
    if (size := len(article.headline) + len(article.body)) > max_text:
        raise PoisonError("too-large", f"headline and body have {size} characters, more than max_text = {max_text}")
    return article


def language(article: Article) -> str:
    """Returns the BCP 47 tag of an article's language: the publisher's unless the text contradicts it."""
    return language_of(article.headline, article.body, article.language)


def as_document(article: Article) -> TextDocument:
    """Returns what text extraction takes of an article."""
    return TextDocument(article.id, article.headline, article.body, language(article))
