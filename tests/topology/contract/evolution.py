"""What a change of a schema breaks: for messages on the topics already, and for those who read ours.

Schemas are pydantic's: draft 2020-12, parts by `$ref` into `$defs`, alternatives by `anyOf`.
"""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

AT_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems")
AT_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
EXACT = ("pattern", "format", "const")


def unreadable(old: Schema, new: Schema) -> list[str]:
    """Returns why messages that the old schema allows are not read whole under the new one; empty if all are.

    Both are schemas of what we accept ("validation").
    """
    return list(_unreadable(old, new, old, new, "value"))


def broken_for_readers(old: Schema, new: Schema) -> list[str]:
    """Returns what somebody who reads by the old schema misses or does not expect in messages of the new one.

    Both are schemas of what we publish ("serialization"). New fields, and new values of a field that has a fixed set of
    them, are expected (docs/triples.md, "How it may change").
    """
    return list(_broken(old, new, old, new, "value"))


def _unreadable(old: Schema, new: Schema, of: Schema, within: Schema, path: str) -> Iterator[str]:
    if len(_alternatives(old, of)) > 1 or len(_alternatives(new, within)) > 1:
        for one in _alternatives(old, of):
            found = [list(_unreadable(one, other, of, within, path)) for other in _alternatives(new, within)]
            if all(found):
                yield min(found, key=len)[0]
        return
    (old,), (new,) = _alternatives(old, of), _alternatives(new, within)
    if old.get("type") != new.get("type") and "type" in new:
        yield f"{path}: {new['type']} is read, {old.get('type', 'anything')} no more"
        return
    yield from _narrower(old, new, path)
    for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{path}.{name}: is required, older messages lack it"
    for name, part in old.get("properties", {}).items():
        if name not in new.get("properties", {}):
            yield f"{path}.{name}: the field is gone"
        else:
            yield from _unreadable(part, new["properties"][name], of, within, f"{path}.{name}")
    yield from _parts(_unreadable, old, new, of, within, path)


def _narrower(old: Schema, new: Schema, path: str) -> Iterator[str]:
    for name in AT_LEAST:
        if name in new and (name not in old or new[name] > old[name]):
            yield f"{path}: {name} is {new[name]}, was {old.get(name, 'none')}"
    for name in AT_MOST:
        if name in new and (name not in old or new[name] < old[name]):
            yield f"{path}: {name} is {new[name]}, was {old.get(name, 'none')}"
    for name in EXACT:
        # A constant may have become one of several values; those are looked at below.
        if name in new and old.get(name) != new[name]:
            yield f"{path}: {name} is {new[name]}, was {old.get(name, 'none')}"
    if "enum" in new and (lost := [value for value in _values(old) or ["any other"] if value not in new["enum"]]):
        yield f"{path}: no longer read: {', '.join(map(str, lost))}"
    if new.get("additionalProperties") is False and old.get("additionalProperties") is not False:
        yield f"{path}: unknown fields are refused"


def _broken(old: Schema, new: Schema, of: Schema, within: Schema, path: str) -> Iterator[str]:
    if len(_alternatives(old, of)) > 1 or len(_alternatives(new, within)) > 1:
        for other in _alternatives(new, within):
            found = [list(_broken(one, other, of, within, path)) for one in _alternatives(old, of)]
            if all(found):
                yield min(found, key=len)[0]
        return
    (old,), (new,) = _alternatives(old, of), _alternatives(new, within)
    if old.get("type") != new.get("type") and "type" in old:
        yield f"{path}: is {new.get('type', 'anything')}, was {old['type']}"
        return
    for name, part in old.get("properties", {}).items():
        if name not in new.get("properties", {}):
            yield f"{path}.{name}: the field is gone"
            continue
        if name in old.get("required", ()) and name not in new.get("required", ()):
            yield f"{path}.{name}: is not always there"
        yield from _broken(part, new["properties"][name], of, within, f"{path}.{name}")
    yield from _parts(_broken, old, new, of, within, path)


def _parts(  # noqa: PLR0917 - two schemas with their roots, as everywhere here
    check: Any, old: Schema, new: Schema, of: Schema, within: Schema, path: str
) -> Iterator[str]:
    for name, where in (("items", "[]"), ("additionalProperties", ".*")):
        if isinstance(old.get(name), dict) and isinstance(new.get(name), dict):
            yield from check(old[name], new[name], of, within, path + where)
    before, after = old.get("prefixItems", []), new.get("prefixItems", [])
    if len(before) != len(after):
        yield f"{path}: has {len(after)} places, had {len(before)}"
        return
    for place, (one, other) in enumerate(zip(before, after, strict=True)):
        yield from check(one, other, of, within, f"{path}[{place}]")


def _values(schema: Schema) -> list[Any]:
    return schema.get("enum") or ([schema["const"]] if "const" in schema else [])


def _alternatives(schema: Schema, root: Schema) -> list[Schema]:
    """Returns the schemas of which one must hold, references resolved."""
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    return [one for part in schema["anyOf"] for one in _alternatives(part, root)] if "anyOf" in schema else [schema]
