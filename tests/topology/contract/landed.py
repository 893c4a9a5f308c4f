"""The contract as of the last landed version: schemas and messages of every kind, as JSON files in `landed/`.

`PYTHONPATH=. python -m tests.topology.contract.landed` brings the files up to today's contract, once a version has
landed. It refuses while today's contract breaks the recorded one. Messages once recorded stay: they may lie on a topic.
"""

import json
import sys
from pathlib import Path
from typing import Any

from streams.messages.base import Event
from tests.topology.contract.evolution import broken_for_readers, unreadable
from tests.topology.contract.samples import SAMPLES
from topology.contract import MessageSchema
from topology.pages.asyncapi import MESSAGES, SENT

FOLDER = Path(__file__).parent / "landed"
MODELS: dict[str, type[Event]] = {name: message.model for name, message in MESSAGES.items() if message.model}
WORDS = {"title", "description", "default", "examples"}


def schemas(kind: str) -> dict[str, Any]:
    """Returns the schema of what we read of a kind, and of what we publish; without words, which may change."""
    found = {"reads": MODELS[kind].model_json_schema(mode="validation", schema_generator=MessageSchema)}
    if any(kind in kinds for sent in SENT.values() for kinds in sent.values()):
        found["publishes"] = MODELS[kind].model_json_schema(mode="serialization", schema_generator=MessageSchema)
    return {name: _wordless(schema) for name, schema in found.items()}


def changes(kind: str, recorded: dict[str, Any]) -> list[str]:
    """Returns what today's contract breaks of a recorded one."""
    today = schemas(kind)
    broken = unreadable(recorded["reads"], today["reads"])
    if "publishes" in recorded:
        broken += broken_for_readers(recorded["publishes"], today["publishes"])
    return broken


def load(kind: str) -> dict[str, Any]:
    """Returns what is recorded of a kind."""
    found: dict[str, Any] = json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))
    return found


def record(kind: str) -> list[str]:
    """Writes a kind's file anew unless that would hide a break; returns the breaks."""
    path = FOLDER / f"{kind}.json"
    before = load(kind) if path.exists() else {"samples": []}
    if broken := changes(kind, before) if path.exists() else []:
        return broken
    samples = [json.loads(sample.model_dump_json()) for sample in SAMPLES[kind]]
    kept = before["samples"] + [sample for sample in samples if sample not in before["samples"]]
    path.write_text(json.dumps({**schemas(kind), "samples": kept}, indent=1) + "\n", encoding="utf-8")
    return []


def _wordless(schema: Any, *, names: bool = False) -> Any:
    """Returns a schema without its words; `names` says that the keys are fields' names, not keywords."""
    if isinstance(schema, list):
        return [_wordless(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _wordless(value, names=not names and key in {"properties", "$defs"})
        for key, value in schema.items()
        if names or key not in WORDS
    }


if __name__ == "__main__":
    sys.exit("\n".join(f"{kind}: {broken}" for kind in MODELS for broken in record(kind)) or 0)
