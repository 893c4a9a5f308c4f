"""The media stage: turns items of `raw-media` into documents and triples on `triples`, and articles on `raw-news`."""

import asyncio
from collections.abc import Sequence

import structlog

from inference.media.decoder import Decoder
from inference.media.perception import Perception, Seen
from inference.media.types import DecodedMedia, Limits, UnreadableError
from inference.speech.types import Segment
from inference.triton.connection import InferenceRejected, InferenceUnavailable
from streams.media.allowed import Allowed
from streams.media.attributes import describe, withdrawn
from streams.media.depicted import depicted
from streams.media.derived import retractions, shown_text, transcript
from streams.media.faults import OursError, ours, plain
from streams.media.fetching import Fetcher
from streams.media.items import parse_item
from streams.media.objects import SeenObject, detector_of, objects
from streams.media.provenance import Provenance
from streams.media.readers import readers
from streams.media.relations import Relations
from streams.messages.events import Article, MediaItem, Triple
from streams.messages.outputs import output
from streams.road import tracing
from streams.road.metrics import MEDIA_BYTES, MEDIA_READ, MEDIA_SECONDS, media_step
from streams.road.retry import forever
from streams.road.stage import ConfigurationError, Item, Output, PoisonError, Record
from topology.ontology import load_ontology
from topology.settings import settings
from topology.topics import MEDIA_GROUP, RAW_MEDIA, RAW_NEWS, TRIPLES

CE_SOURCE = "triplewire/media"

ITEM_FAILED = "item-failed"
"""The reason in the dead letter of an item whose own work raises what nobody expects."""

log = structlog.get_logger(__name__)


class MediaStage:
    """Reads pictures, videos and sound; see `streams.road.stage.Stage`."""

    name = "media"
    topic = RAW_MEDIA
    group = MEDIA_GROUP
    in_flight = 2

    def __init__(self, perception: Perception, relations: Relations | None = None) -> None:
        """Makes the decoder and the fetcher; neither starts or connects yet.

        Args:
            perception: Finds objects, text and speech.
            relations: Relates named entities to objects; None to skip that.
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
        # An item is fetched only when a decoder will soon be free; otherwise files would pile up.
        self._slots = asyncio.Semaphore(declared.media_decoders + 1)
        self._results: dict[Record, list[Output] | PoisonError] = {}

    async def start(self) -> None:
        """Does nothing: decoders start, and models are connected to, when first used."""

    async def stop(self) -> None:
        """Ends the decoders and closes all connections."""
        await self._decoder.close()
        await self._fetcher.close()
        await self._perception.close()
        if self._relations:
            await self._relations.close()

    async def ready(self) -> str:
        """Returns why media cannot be perceived at the moment, or ""."""
        return await self._perception.trouble()

    def parse(self, record: Record) -> MediaItem:
        """Parses an item.

        Raises:
            PoisonError: See `streams.media.items`.
        """
        return parse_item(record, stage=self.name, inline=self._inline)

    async def process(self, items: Sequence[Item[MediaItem]]) -> list[Output]:
        """Reads all items; returns each one's document, triples and derived articles, in that order.

        If an item of a batch cannot be read, the road calls again with halves of the batch. Results are kept until
        then, so that the other items are fetched only once.

        Raises:
            PoisonError: An item cannot be read.
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
        return [output for item in items for output in self._take(item.record)]

    def _take(self, record: Record) -> list[Output]:
        result = self._results.pop(record)
        return [] if isinstance(result, PoisonError) else result

    async def _read(self, item: Item[MediaItem]) -> None:
        """Reads an item. This is the boundary around it: whatever its own work raises is its own dead letter.

        Raises:
            ConfigurationError: Only a person can help, and no item can be read.
        """
        try:
            async with self._slots:
                # The item waits for the end of our own trouble, such as a full disk.
                with tracing.handling(item.record):
                    self._results[item.record] = await forever(
                        lambda: self._attempt(item.record, item.value), step="item", on=OursError
                    )
        except PoisonError as error:
            self._results[item.record] = error
        except UnreadableError as error:
            self._results[item.record] = PoisonError(error.reason, error.message)
        except InferenceRejected as error:
            self._results[item.record] = PoisonError("inference-rejected", plain(error))
        except ConfigurationError:
            raise
        except Exception as error:
            log.exception("media.item_failed", partition=item.record.partition, offset=item.record.offset)
            self._results[item.record] = PoisonError(
                ITEM_FAILED, f"reading it fails with {type(error).__name__}; the worker's log says where"
            )

    async def _attempt(self, record: Record, item: MediaItem) -> list[Output]:
        with ours():
            return await self._outputs_of(record, item)

    async def _outputs_of(self, record: Record, item: MediaItem) -> list[Output]:
        key = item.id.encode()
        if item.op == "retract":
            document = withdrawn(item, record.time)
            return [
                output(TRIPLES.name, key, document, f"{item.id}:", source=CE_SOURCE, origin=record),
                *(_article(article, record) for article in retractions(item)),
            ]
        async with self._fetcher.fetched(item) as fetched:
            with media_step("decode"):
                read = await forever(lambda: self._decoder.read(fetched.path), step="decode", on=OSError)
        MEDIA_READ.labels(read.kind).inc()
        MEDIA_BYTES.inc(fetched.size)
        MEDIA_SECONDS.labels(read.kind).inc(read.duration or 0)
        seen, heard = await self._perceive(read)
        read_by = readers(read, seen, self._perception.listener, self._limits, self._ontology)
        provenance = Provenance(item, fetched, record.time, read_by)
        found = objects(provenance, read, seen)
        provenance, further = await self._related(provenance, read, seen, found)
        # In a thread, as the lines of many key frames are compared with each other.
        shown = await asyncio.to_thread(shown_text, item, read.frames, seen)
        articles = [article for article in (transcript(item, heard), shown) if article]
        derived = [article.id for article in articles]
        document, triples = describe(provenance, read, found, detector_of(seen), further=further, derived=derived)
        return [
            output(TRIPLES.name, key, document, f"{document.id}:{document.revision}", source=CE_SOURCE, origin=record),
            *(output(TRIPLES.name, key, triple, triple.id, source=CE_SOURCE, origin=record) for triple in triples),
            *(_article(article, record) for article in articles),
        ]

    async def _related(
        self, provenance: Provenance, read: DecodedMedia, seen: Sequence[Seen], found: Sequence[SeenObject]
    ) -> tuple[Provenance, list[Triple]]:
        """Relates the entities that a picture's text names to the objects that it shows.

        Videos have no such relations: their caption describes the whole video, not one frame.

        Returns:
            The provenance with the relation model among its readers, and the triples.
        """
        if read.kind != "picture":
            return provenance, []
        modelled: list[Triple] = []
        if self._relations:
            provenance, modelled = await self._relations.triples(provenance, read.frames[0], seen[0], found)
        by_rule = depicted(provenance, found, self._ontology)
        # The rule is more reliable than the model, so its triple is kept where both find the same one.
        ids = {triple.id for triple in by_rule}
        return provenance, by_rule + [triple for triple in modelled if triple.id not in ids]

    async def _perceive(self, read: DecodedMedia) -> tuple[list[Seen], list[Segment]]:
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
