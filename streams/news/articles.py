"""Articles from the wire: validated, with a clear reason for each that is not valid, and their text in its language."""

from pydantic import ValidationError

from inference.text.budget import Budget
from inference.text.cleaning.markup import visible
from inference.text.language.detect import language_of
from inference.text.types import TextDocument
from streams.messages.events import Article
from streams.messages.json_events import read_event
from streams.road.stage import PoisonError, Record


def parse_article(record: Record, *, stage: str, max_text: int) -> Article:
    """Validates an article.

    Args:
        record: A record of `raw-news`. Its key only matters if it has no value: such a record retracts the article
            with the key as its id, as Kafka's tombstones do. Downstream, the key is the article's id.
        stage: The caller's name, for the count of unknown fields.
        max_text: Longest headline plus body, in characters.

    Raises:
        PoisonError: null-value (its key is no article's id either), not-utf8, not-json, lone-surrogate, not-an-object,
            missing-field, wrong-field, nul-character, empty-body or too-large.
    """
    if record.value is None and record.key:
        return _retracted(record.key)
    article = read_event(record, Article, stage=stage, what="an article", noun="article", whole="empty-body")
    if (size := len(article.headline) + len(article.body)) > max_text:
        raise PoisonError("too-large", f"headline and body have {size} characters, more than max_text = {max_text}")
    return article


def _retracted(key: bytes) -> Article:
    try:
        return Article(id=key.decode(), op="retract")
    except ValueError as error:  # pydantic's, or of the decoding
        raise PoisonError(
            "null-value",
            f"the record has no value, which retracts the article that its key names, but {key[:80]!r} is no article's "
            f"id: {_first_line(error)}",
        ) from None


def _first_line(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        return error.errors(include_url=False, include_input=False, include_context=False)[0]["msg"]
    return str(error)


def text_of(article: Article) -> TextDocument | None:
    """Returns the text to extract from, with a budget for all that is done with it; None for a retraction.

    A retraction only withdraws the article.
    This is the one place where retractions branch off, and the one place where the language is settled: it is the
    publisher's tag unless the text clearly contradicts it.
    """
    if article.op == "retract":
        return None
    # Tags and hyphens that nobody sees are words of no language, or of a wrong one.
    language = language_of(visible(article.headline), visible(article.body), article.language)
    day = article.published_at.date() if article.published_at else None
    return TextDocument(article.id, article.headline, article.body, language, Budget(), day)
