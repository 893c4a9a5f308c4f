"""`docs/triples.md`: the public topic, field by field, written from `streams/messages/events.py`."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from streams.messages import events
from streams.messages.cloud_events import cloud_event_headers
from topology import contract
from topology.settings import REPOSITORY
from topology.topics import DAY_MS, TRIPLES

PAGE = REPOSITORY / "docs" / "triples.md"

PARTS: tuple[type[events.Event], ...] = (
    events.Document,
    events.Triple,
    events.Entity,
    events.Literal_,
    events.Predicate,
    events.Evidence,
    events.TextSpan,
    events.Spot,
    events.EntityMention,
    events.Keyword,
    events.Value,
    events.MediaFacts,
    events.Scene,
    events.Colour,
    events.Alias,
    events.Identity,
)

INTRODUCTION = """\
# The `{topic}` topic

<!-- Written by `triplewire schemas --write` from streams/messages/events.py; change it there. -->

A public contract: any consumer may read it. For each article, picture, video and sound the topic carries one
**Document** record and then the **Triple** records that were read in it; between them stand **Alias** records,
decisions on whom a name stands for, and **Identity** records, which give an entity its Wikidata id. The header
`ce_type` says which is which. `docs/examples/subscribe.py` reads it in twenty lines.

- **Value**: UTF-8 JSON. JSON Schemas: `document.json`, `triple.json`, `alias.json` and `identity.json` in
  `topology/schemas`.
- **Key**: the article's or media item's id, so its records lie in one partition and stay in order; of an Alias
  or Identity, the entity's id.
- **Partitions**: {partitions}. Retention: {days} days.
- **Delivery**: at least once. After a crash a record may arrive again: keep what you have by `id`, and a repetition
  changes nothing.
- **Order**: within an article as published; between articles there is none.

## What a consumer does

1. A Document with `op: upsert` and a `revision` you have not seen for this `id`: the evidence of its other revisions no
   longer holds. Its triples follow.
2. A Document with `op: retract`: none of the article's evidence holds any more, nor that of the media items that name
   it as their `media.article`, nor that of articles `derived_from` those. No Document of their own says so.
3. A Document with `op: upsert` whose `brings` is a list: what earlier Documents of this `id` brought along and this one
   does not is to be taken as withdrawn, until a later one brings it along again or while something else does; of a
   media item with what is `derived_from` it. `null` says nothing about it: older versions did not tell.
4. A Triple: its `fact` now has one more piece of evidence, known by the triple's `id`. A fact holds as long as any of
   its evidence does. What was said in a video or stands in a picture comes as a derived article with `derived_from`;
   `evidence.spot` then tells the second, or the frame and the box.
5. An Alias: from now on this entity stands for another, or for itself again. The last one on an entity counts. Facts
   are always about the entity they name; follow aliases when you ask.
6. An Identity: from now on this entity is that Wikidata item, or none that is known. The last one on an entity counts.
   A name's own and that of whom it stands for are told apart; entities of one item are also joined by an Alias.
7. Anything else: skip it; types may be added.

## Headers

[CloudEvents 1.0](https://cloudevents.io), binary mode for Kafka. Of the example below:

| header | value |
|---|---|
{headers}
"""

EVOLUTION = """\
## How it may change

- Fields may be **added**; consumers ignore what they do not know. So may new values of `kind`, new entity types and new
  relations: those two come from the ontology file, which every user may edit.
- A field is never renamed, removed, or given another type or meaning under the same `ce_type`. What needs that becomes
  a new type (`triplewire.triple.v2`) that is published beside the old one for as long as the topic's retention.
- The parts that `id` and `fact` are computed from do not change, so ids from last year still match.
- `model` and `model_version` name what read the text: the same article read by another model may yield other triples.
"""

EXAMPLE = """\
## An example

The document:

```json
{document}
```

and its triple:

```json
{triple}
```
"""


def files() -> dict[Path, str]:
    """Returns the page, by path."""
    return {PAGE: page()}


def page() -> str:
    """Returns the text of `docs/triples.md`."""
    document, triple = contract.example()
    headers = cloud_event_headers(
        triple, id_=triple.id, source=triple.evidence.source, time=triple.evidence.observed_at
    )
    introduction = INTRODUCTION.format(
        topic=TRIPLES.name,
        partitions=TRIPLES.partitions,
        days=int(TRIPLES.config["retention.ms"]) // DAY_MS,
        headers="\n".join(f"| `{name}` | `{value.decode()}` |" for name, value in headers),
    )
    shown = {
        name: json.dumps(json.loads(e.model_dump_json()), indent=2) for name, e in (("d", document), ("t", triple))
    }
    blocks = EXAMPLE.format(document=shown["d"], triple=shown["t"])
    samples = _samples(document, triple)
    tables = [_table(part, samples[part]) for part in PARTS]
    return "\n".join([introduction, blocks, *tables, EVOLUTION])


def _samples(document: events.Document, triple: events.Triple) -> dict[type[events.Event], events.Event]:
    """Returns one example of each part, taken from the two messages so that page and example agree."""
    return {
        events.Document: document,
        events.Triple: triple,
        events.Entity: triple.subject,
        events.Literal_: events.Literal_(value="2014-02-04", datatype="xsd:date"),
        events.Predicate: triple.predicate,
        events.Evidence: triple.evidence,
        events.TextSpan: triple.evidence.subject,
        events.EntityMention: document.mentions[0],
        events.Keyword: document.keywords[0],
        events.Value: document.values[0],
        events.Spot: contract.spot_example(),
        events.MediaFacts: contract.media_example(),
        events.Scene: contract.media_example().scenes[0],
        events.Colour: contract.media_example().colours[0],
        events.Alias: contract.alias_example(),
        events.Identity: contract.identity_example(),
    }


def _table(model: type[BaseModel], sample: BaseModel) -> str:
    """Returns a part's section: its meaning and a row for each field."""
    described = model.model_json_schema(mode="serialization")
    # A model that refers to itself nowhere stands at the top level of its own schema.
    values = json.loads(sample.model_dump_json())
    rows = [
        f"| `{name}` | {_type(field)} | {model.model_fields[name].description} | {_sample(values[name])} |"
        for name, field in described["properties"].items()
    ]
    meaning = " ".join((model.__doc__ or "").split())
    return "\n".join(
        [
            f"## {_title(model.__name__)}\n",
            f"{meaning}\n",
            "| field | type | meaning | example |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _title(name: str) -> str:
    return name.rstrip("_")


def _type(field: dict[str, Any]) -> str:
    """Returns a JSON Schema type in words."""
    if "$ref" in field:
        name = _title(field["$ref"].rsplit("/", 1)[-1])
        return f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        return " or ".join(_type(option) for option in field["anyOf"])
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    if "prefixItems" in field:
        return f"{len(field['prefixItems'])} numbers"
    if field["type"] == "array":
        return f"list of {_type(field['items'])}"
    return "timestamp (ISO 8601 with offset)" if field.get("format") == "date-time" else str(field["type"])


def _sample(value: object) -> str:
    return "see there" if isinstance(value, dict | list) else f"`{json.dumps(value, ensure_ascii=False)}`"
