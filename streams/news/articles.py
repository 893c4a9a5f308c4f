"""Reading an article off the wire, with a clear reason for each that cannot be read."""

from inference.text.language.detect import language_of
from inference.text.types import TextDocument
from streams.messages.events import Article
from streams.messages.json_events import read_event
from streams.road.stage import PoisonError, Record


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
    article = read_event(record, Article, stage=stage, what="an article", noun="article", whole="empty-body")
    if (size := len(article.headline) + len(article.body)) > max_text:
        raise PoisonError("too-large", f"headline and body have {size} characters, more than max_text = {max_text}")
    return article


def language(article: Article) -> str:
    """Returns the BCP 47 tag of an article's language: the publisher's unless the text contradicts it."""
    return language_of(article.headline, article.body, article.language)


def as_document(article: Article) -> TextDocument:
    """Returns what text extraction takes of an article."""
    return TextDocument(article.id, article.headline, article.body, language(article))
