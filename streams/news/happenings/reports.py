"""An article's happenings as reports, by which the entities stage decides who else reports the same."""

from collections.abc import Sequence
from datetime import datetime

from streams.messages.events import Article
from streams.messages.happening_events import MAX_TITLE, HappeningReport
from streams.news.happenings.said import SaidHappening
from streams.news.happenings.words import content_words

_TAKING_PART = ("who", "whom", "with", "what")


def reports(said: Sequence[SaidHappening], article: Article, observed_at: datetime) -> tuple[HappeningReport, ...]:
    """Returns one report for each happening.

    Args:
        said: What the article says happened.
        article: The article.
        observed_at: When the article reached the wire, aware.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    return tuple(_report(happening, article, article.published_at or observed_at) for happening in said)


def _report(happening: SaidHappening, article: Article, published_at: datetime) -> HappeningReport:
    found = happening.found
    text = article.headline if found.trigger.field == "headline" else article.body
    return HappeningReport(
        happening=happening.entity,
        modality=found.modality,
        day=happening.day,
        places=_ids(happening, ("where",)),
        participants=_ids(happening, _TAKING_PART),
        words=content_words(text, found.sentence.start, found.sentence.end, found.trigger.span.start),
        headline=article.headline[:MAX_TITLE],
        source=article.source,
        published_at=published_at,
    )


def _ids(happening: SaidHappening, roles: Sequence[str]) -> tuple[str, ...]:
    """Returns the ids of the entities in some roles, each once."""
    fillers = (filler for filler in happening.fillers if filler.spec.role in roles)
    return tuple(dict.fromkeys(filler.entity.id for filler in fillers if filler.entity))
