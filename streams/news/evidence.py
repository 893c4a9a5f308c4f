"""The evidence for what an article states: which characters of which text, and which model read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from inference.text.types import Span
from streams.messages.events import Article, Evidence, Spot, TextSpan

NO_SPAN = Span(0, 0)
"""The subject's mention where the subject is the article itself."""


@dataclass(frozen=True, slots=True)
class ArticleEvidence:
    """Makes the evidence that one revision of an article gives.

    Attributes:
        article: The article.
        revision: Its document's revision.
        observed_at: When the article reached the wire, aware.
    """

    article: Article
    revision: str
    observed_at: datetime

    def of(
        self,
        field: Literal["headline", "body", "author"],
        sentence: Span,
        subject: Span,
        object_: Span,
        *,
        model: str,
        version: str,
        spot: Spot | None = None,
    ) -> Evidence:
        """Returns the evidence for one triple.

        Args:
            field: The field that the spans point into.
            sentence: The sentence or sentences that state the triple.
            subject: The subject's mention; `NO_SPAN` if the subject is the article itself.
            object_: The object's mention.
            model: The model, or the rules, that found it.
            version: The model's version.
            spot: Where in a video or picture a derived article's sentence was heard or seen.
        """
        article = self.article
        text: str = getattr(article, field)

        def span(where: Span) -> TextSpan:
            return TextSpan.of(text, where.start, where.end)

        return Evidence(
            document=article.id,
            revision=self.revision,
            field=field,
            sentence=span(sentence),
            subject=span(subject),
            object=span(object_),
            spot=spot,
            source=article.source,
            url=article.url,
            published_at=article.published_at,
            observed_at=self.observed_at,
            model=model,
            model_version=version,
        )
