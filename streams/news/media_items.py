"""The pictures, videos and sounds that an article brings, as events for the media stage."""

from inference.text.types import TextExtraction
from streams.messages.carried_ids import media_id
from streams.messages.events import Article, MediaItem
from streams.news.entity_mentions import counted, entities_of


def media_ids(article: Article) -> tuple[str, ...]:
    """Returns the ids of an article's media items, each once."""
    return tuple(dict.fromkeys(media_id(article.id, reference.uri) for reference in article.media))


def media_items(article: Article, extraction: TextExtraction) -> list[MediaItem]:
    """Returns one event for each picture, video or sound that an article names.

    Each carries what the media stage needs: also the entities of the headline, and those of the text that its caption
    names.
    """
    items: dict[str, MediaItem] = {}
    entities = entities_of(extraction.mentions)
    for reference in article.media:
        named = (
            (mention, entity)
            for mention, entity in zip(extraction.mentions, entities, strict=True)
            if mention.field == "headline" or mention.text in reference.caption
        )
        id_ = media_id(article.id, reference.uri)
        items[id_] = MediaItem(
            id=id_,
            uri=reference.uri,
            sha256=reference.sha256,
            article=article.id,
            headline=article.headline,
            source=article.source,
            url=article.url,
            caption=reference.caption,
            mentions=counted(named),
            published_at=article.published_at,
        )
    return list(items.values())
