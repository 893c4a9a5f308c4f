"""The pictures, videos and sounds that an article brings, as events for the media stage."""

from collections.abc import Sequence

from inference.text.budget import charge
from inference.text.types import TextExtraction, TextMention
from streams.messages.carried_ids import media_id
from streams.messages.events import Article, Entity, EntityMention, MediaItem
from streams.news.entity_mentions import counted, entities_of

LONGEST_CAPTION = 2000
"""Characters of a caption in which names are looked for; those of our feeds have up to 300."""

MOST_NAMES = 256
"""Most entities that a media item lists: those of the headline first. Each of an article's items repeats them."""


def media_ids(article: Article) -> tuple[str, ...]:
    """Returns the ids of an article's media items, each once."""
    return tuple(dict.fromkeys(media_id(article.id, reference.uri) for reference in article.media))


def media_items(article: Article, extraction: TextExtraction) -> list[MediaItem]:
    """Returns one event for each picture, video or sound that an article names.

    Each carries what the media stage needs: also the entities of the headline, and those of the text that its caption
    names, `MOST_NAMES` at most.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    if not article.media:
        return []
    items: dict[str, MediaItem] = {}
    mentions = _Mentions(extraction.mentions, entities_of(extraction.mentions))
    for reference in article.media:
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
            mentions=mentions.of(reference.caption),
            published_at=article.published_at,
        )
    return list(items.values())


_BEGINNING = 3
"""Characters by which mentions are found in a caption."""


class _Mentions:
    """Finds the mentions that captions name, without comparing each caption with each mention."""

    def __init__(self, mentions: Sequence[TextMention], entities: Sequence[Entity | None]) -> None:
        self._pairs = list(zip(mentions, entities, strict=True))
        self._headline = [i for i, mention in enumerate(mentions) if mention.field == "headline"]
        self._body: dict[str, dict[str, list[int]]] = {}
        for i, mention in enumerate(mentions):
            if mention.field != "headline":
                self._body.setdefault(mention.text[:_BEGINNING], {}).setdefault(mention.text, []).append(i)

    def of(self, caption: str) -> tuple[EntityMention, ...]:
        """Returns the entities of the headline and of those mentions whose text is in the caption."""
        caption = caption[:LONGEST_CAPTION]
        # A mention may be shorter than the beginning by which longer ones are found.
        beginnings = {caption[i : i + n] for i in range(len(caption)) for n in range(1, _BEGINNING + 1)} | {""}
        found = list(self._headline)
        for beginning in beginnings:
            texts = self._body.get(beginning, {})
            charge(len(texts), "finding the names in captions")
            for text, places in texts.items():
                if text in caption:
                    found += places
        charge(2 * len(found), "counting the names in captions")
        return counted(self._pairs[i] for i in sorted(found))[:MOST_NAMES]
