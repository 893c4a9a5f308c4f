"""The media stage: items from `raw-media` become documents and triples on `triples`, and articles on `raw-news`."""

import asyncio
from collections.abc import Sequence

from inference.media.decoder import Decoder
from inference.media.perception import Perception, Seen
from inference.media.types import Limits, MediaRead, UnreadableError
from inference.speech.types import Segment
from inference.triton.connection import InferenceRejected, InferenceUnavailable
from streams.media.allowed import Allowed
from streams.media.attributes import told, withdrawn
from streams.media.depicted import depicted
from streams.media.derived import retractions, shown_text, transcript
from streams.media.fetching import Fetcher
from streams.media.items import parse_item
from streams.media.objects import SeenObject, detector_of, objects
from streams.media.provenance import Provenance
from streams.media.readers import readers
from streams.media.relations import Relations
from streams.messages.events import Article, MediaItem, Triple
from streams.messages.outputs import output
from streams.road.metrics import MEDIA_BYTES, MEDIA_READ, MEDIA_SECONDS, media_step
from streams.road.retry import forever
from streams.road.stage import Item, Output, PoisonError, Record
from topology.ontology import load_ontology
from topology.settings import settings
from topology.topics import MEDIA_GROUP, RAW_MEDIA, RAW_NEWS, TRIPLES

CE_SOURCE = "triplewire/media"


class MediaStage:
    """Reads pictures, videos and sound; see `streams.road.stage.Stage`."""

    name = "media"
    topic = RAW_MEDIA
    group = MEDIA_GROUP
    in_flight = 2

    def __init__(self, perception: Perception, relations: Relations | None = None) -> None:
        """Opens nothing but an unconnected client.

        Args:
            perception: What looks and listens.
            relations: What relates names to objects, if anything does.
        """
        declared = settings()
        self.batch_size = declared.media_batch
        self._inline = declared.media_inline
        self._ontology = load_ontology(declared.ontology)
        self._perception = perception
        self._relations = relations
        self._fetcher = Fetcher(
            Allowed.of(declared),
            largest=declared.media_bytes,
            seconds=declared.media_fetch_within,
            attempts=declared.media_fetch_attempts,
        )
        self._limits = Limits.of(declared)
        self._decoder = Decoder(
            declared.media_decoders, declared.media_memory * 1024 * 1024, declared.media_decode_within, self._limits
        )
        # Whoever waits for a decoder holds no download: files would pile up.
        self._slots = asyncio.Semaphore(declared.media_decoders + 1)
        self._results: dict[Record, list[Output] | PoisonError] = {}

    async def start(self) -> None:
        """Does nothing: decoders start and models connect when first used."""

    async def stop(self) -> None:
        """Ends the decoders and closes connections."""
        await self._decoder.close()
        await self._fetcher.close()
        await self._perception.close()
        if self._relations:
            await self._relations.close()

    async def ready(self) -> str:
        """Returns why nothing can be perceived at the moment, or ""."""
        return await self._perception.trouble()

    def parse(self, record: Record) -> MediaItem:
        """Reads an item.

        Raises:
            PoisonError: See `streams.media.items`.
        """
        return parse_item(record, stage=self.name, inline=self._inline)

    async def process(self, items: Sequence[Item[MediaItem]]) -> list[Output]:
        """Reads all items; returns each one's document, triples and derived articles, in that order.

        Where one is poison, the road calls again with halves of the batch. What was read is kept until then, so that no
        neighbour of a bad item is fetched twice.

        Raises:
            PoisonError: Some item cannot be read.
        """
        async with asyncio.TaskGroup() as group:
            for item in items:
                if item.record not in self._results:
                    group.create_task(self._read(item))
        if len(items) == 1:
            result = self._results.pop(items[0].record)
            if isinstance(result, PoisonError):
                raise result
            return result
        for item in items:
            if isinstance(result := self._results[item.record], PoisonError):
                raise result
        return [output for item in items for output in self._outputs(item.record)]

    def _outputs(self, record: Record) -> list[Output]:
        result = self._results.pop(record)
        return [] if isinstance(result, PoisonError) else result

    async def _read(self, item: Item[MediaItem]) -> None:
        try:
            async with self._slots:
                self._results[item.record] = await self._one(item.record, item.value)
        except PoisonError as error:
            self._results[item.record] = error
        except UnreadableError as error:
            self._results[item.record] = PoisonError(error.reason, error.message)
        except InferenceRejected as error:
            self._results[item.record] = PoisonError("inference-rejected", str(error))

    async def _one(self, record: Record, item: MediaItem) -> list[Output]:
        key = item.id.encode()
        if item.op == "retract":
            document = withdrawn(item, record.time)
            return [
                output(TRIPLES.name, key, document, f"{item.id}:", source=CE_SOURCE, origin=record),
                *(_article(article, record) for article in retractions(item)),
            ]
        async with self._fetcher.fetched(item) as fetched:
            with media_step("decode"):
                read = await self._decoder.read(fetched.path)
        MEDIA_READ.labels(read.kind).inc()
        MEDIA_BYTES.inc(fetched.size)
        MEDIA_SECONDS.labels(read.kind).inc(read.duration or 0)
        seen, heard = await self._perceive(read)
        by = readers(read, seen, self._perception.listener, self._limits, self._ontology)
        provenance = Provenance(item, fetched, record.time, by)
        found = objects(provenance, read, seen)
        provenance, further = await self._related(provenance, read, seen, found)
        articles = [article for article in (transcript(item, heard), shown_text(item, read.frames, seen)) if article]
        derived = [article.id for article in articles]
        document, triples = told(provenance, read, found, detector_of(seen), further=further, derived=derived)
        return [
            output(TRIPLES.name, key, document, f"{document.id}:{document.revision}", source=CE_SOURCE, origin=record),
            *(output(TRIPLES.name, key, triple, triple.id, source=CE_SOURCE, origin=record) for triple in triples),
            *(_article(article, record) for article in articles),
        ]

    async def _related(
        self, provenance: Provenance, read: MediaRead, seen: Sequence[Seen], found: Sequence[SeenObject]
    ) -> tuple[Provenance, list[Triple]]:
        """Returns how who is named has to do with what is seen; nothing of videos, whose captions are of all of it.

        The item comes back with all that has read it by then.
        """
        if read.kind != "picture":
            return provenance, []
        told: list[Triple] = []
        if self._relations:
            provenance, told = await self._relations.triples(provenance, read.frames[0], seen[0], found)
        triples = depicted(provenance, found, self._ontology)
        # The rule's are surer: of two pieces of evidence at the same place the first is kept.
        known = {triple.id for triple in triples}
        return provenance, triples + [triple for triple in told if triple.id not in known]

    async def _perceive(self, read: MediaRead) -> tuple[list[Seen], list[Segment]]:
        seen: list[Seen] = []
        heard: list[Segment] = []
        perception, sound = self._perception, read.sound
        if read.frames:
            with media_step("see"):
                seen = await forever(
                    lambda: perception.see(read.frames), step="see", on=(InferenceUnavailable, OSError)
                )
        if sound is not None:
            with media_step("hear"):
                heard = await forever(lambda: perception.hear(sound), step="hear", on=(InferenceUnavailable, OSError))
        return seen, heard


def _article(article: Article, record: Record) -> Output:
    return output(RAW_NEWS.name, article.id.encode(), article, article.id, source=CE_SOURCE, origin=record)
