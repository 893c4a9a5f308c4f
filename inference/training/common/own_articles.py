"""Makes the project's own graph as data: a feed read by our text model, names resolved by our registry.

Reading takes minutes and resumes after a stop; its results are cached under a hash of the model, ontology and feed.
"""

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from inference.evaluation.local_client import local_extractor, version_folder
from inference.training.common.progress import OnProgress, ignore_progress
from inference.training.links.own_graph import OwnArticle, OwnEntity, OwnFact, read_articles, write_articles
from streams.entities.gazetteer import shipped
from streams.entities.memory import EntityName, Memory
from streams.entities.registry import MentionedName, Registry
from streams.messages.events import Entity, EntityMention
from streams.news.entity_mentions import mentioned
from streams.news.offline import LineReader, LineResult
from streams.news.thresholds import Thresholds
from topology.ontology import HAPPENING, load_ontology
from topology.settings import Settings

BATCH = 64
Reading = dict[str, Any]
"""The mentions and facts of an article before names are resolved; `_reading` makes it."""

_WHEN = datetime(2000, 1, 1, tzinfo=UTC)
"""Time of observation in the evidence, which is discarded."""


def own_articles(
    feed: Path, chosen: Settings, progress: OnProgress = ignore_progress, limit: int | None = None
) -> Path:
    """Returns the file of a feed's articles (see `read_articles`), making it if it is not in the cache folder.

    Args:
        feed: JSON lines of articles in order of time, as `triplewire publish` takes them.
        chosen: Says which text model and ontology, what confidence, and where the cache is.
        progress: Called with the articles read, and their number.
        limit: Only so many of them, the first.
    """
    lines = feed.read_bytes().splitlines()[:limit]
    model = version_folder(chosen.models)
    digest = hashlib.sha256()
    for part in ((model / "labels.json").read_bytes(), chosen.ontology.read_bytes(), *lines):
        digest.update(part)
    digest.update(repr(Thresholds.of(chosen)).encode())
    folder, key = chosen.cache / "own-graph", digest.hexdigest()[:16]
    path = folder / f"articles-{key}.jsonl"
    if not path.is_file():
        readings = folder / f"readings-{key}.jsonl"
        folder.mkdir(parents=True, exist_ok=True)
        asyncio.run(_read(lines, readings, chosen, progress))
        write_articles(path, resolved(_kept(readings)))
    progress(len(lines), len(lines))
    return path


def own_graph(
    feed: Path, chosen: Settings, progress: OnProgress = ignore_progress, limit: int | None = None
) -> list[OwnArticle]:
    """Returns a feed's articles; see `own_articles`."""
    return list(read_articles(own_articles(feed, chosen, progress, limit)))


def resolved(readings: Sequence[Reading]) -> Iterator[OwnArticle]:
    """Yields articles with their names resolved, as the entities stage does once it has seen the whole stream."""
    registry = Registry(Memory(shipped()))
    known: dict[str, EntityName] = {}
    documents = []
    for reading in readings:
        seen = []
        for id_, name, type_, names in reading["mentions"]:
            known[id_] = EntityName(id_, name, type_)
            also = tuple(EntityName(Entity.of(other, type_).id, other, type_) for other in names)
            seen.append(MentionedName(known[id_], also))
        for name in reading["ends"]:
            known.setdefault(name[0], EntityName(*name))
        documents.append((reading["id"], seen))
    registry.learn(documents)
    canonical = {id_: registry.canonical(name) for id_, name in known.items()}
    for reading in readings:
        entities = [canonical[id_] for id_, *_ in reading["mentions"]]
        facts: dict[tuple[str, str, str], float] = {}
        for subject, relation, object_, confidence in reading["facts"]:
            ends = canonical[subject], canonical[object_]
            entities += ends
            fact = ends[0].id, relation, ends[1].id
            if fact[0] != fact[2]:
                facts[fact] = max(confidence, facts.get(fact, 0.0))
        yield OwnArticle(
            reading["id"],
            datetime.fromisoformat(reading["published_at"]).date(),
            tuple(OwnEntity(*name[:3]) for name in dict.fromkeys(entities)),
            tuple(OwnFact(*fact, confidence) for fact, confidence in facts.items()),
        )


async def _read(lines: Sequence[bytes], path: Path, chosen: Settings, progress: OnProgress) -> None:
    """Reads the remaining articles and appends them."""
    done = _whole_lines(path)
    extractor = local_extractor(version_folder(chosen.models))
    ontology = load_ontology(chosen.ontology)
    reader = LineReader(extractor, ontology, Thresholds.of(chosen), chosen.max_text, _WHEN)
    rest = iter(lines[done:])
    with path.open("ab") as out:
        while batch := list(islice(rest, BATCH)):
            progress(done, len(lines))
            readings = [reading async for part in reader.read(batch) for reading in part]
            out.writelines(orjson.dumps(_reading(batch[r.number - 1], r)) + b"\n" for r in readings)
            done += len(batch)


def _whole_lines(path: Path) -> int:
    """Cuts off an incomplete last batch, which a kill may leave; returns how many lines the file has."""
    if not path.is_file():
        return 0
    lines = path.read_bytes().splitlines(keepends=True)
    whole = [line for line in lines if line.endswith(b"\n")]
    whole = whole[: len(whole) // BATCH * BATCH]
    path.write_bytes(b"".join(whole))
    return len(whole)


def _reading(line: bytes, reading: LineResult) -> Reading:
    given = orjson.loads(line)
    counted: Sequence[EntityMention] = mentioned(reading.extraction.mentions)[1] if reading.extraction else ()
    stated = [
        (t.subject, t.predicate.id, t.object, t.confidence)
        for t in reading.triples
        if t.subject.type != HAPPENING and isinstance(t.object, Entity)
    ]
    return {
        "id": given["id"],
        "published_at": given["published_at"],
        "mentions": [[m.entity.id, m.entity.name, m.entity.type, list(m.names)] for m in counted],
        "ends": [[e.id, e.name, e.type] for one, _, other, _ in stated for e in (one, other)],
        "facts": [[one.id, relation, other.id, confidence] for one, relation, other, confidence in stated],
    }


def _kept(path: Path) -> list[Reading]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]
