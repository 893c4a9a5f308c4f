"""Reads gazetteer files: CSV, TSV or JSON Lines. Strict, so that a mistake is found before it reaches the graph."""

import csv
import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

MAX_NAME_LENGTH = 1024
"""Characters of the longest name, as in the messages."""

_ID = re.compile(r"(?:https?://(?:www\.)?wikidata\.org/(?:entity|wiki)/)?(Q[1-9][0-9]{0,11})")
_TYPE = re.compile(r"[a-z_]{1,64}")
_COLUMNS = {"id", "name", "type", "aliases"}


class TableError(ValueError):
    """A file cannot be used. The message names the file, the line and what is wrong."""


class TableEntry(NamedTuple):
    """One line of a gazetteer.

    Attributes:
        id: The Wikidata id: `Q312`.
        type: The entity type; "" for any.
        names: The name and its aliases.
    """

    id: str
    type: str
    names: tuple[str, ...]


def read_entries(path: Path, types: Collection[str] = ()) -> list[TableEntry]:
    """Reads a file in the format of its suffix.

    `.csv` and `.tsv` have a header with the columns `id` and `name`, and optionally `type` and `aliases`; aliases are
    separated by `|`. Comment lines (`#`) may precede the header. `.jsonl` has objects with the same keys; there
    `aliases` is a list.

    Args:
        path: The file.
        types: The entity types that it may use; empty for any.

    Raises:
        TableError: The file is missing, has another suffix, is not UTF-8, or a line is wrong.
    """
    readers = {".csv": _separated, ".tsv": _separated, ".jsonl": _json_lines}
    if path.suffix not in readers:
        raise TableError(f"{path}: the name must end in .csv, .tsv or .jsonl")
    entries = []
    try:
        for line, row in readers[path.suffix](path):
            try:
                entries.append(_entry(row, types))
            except ValueError as error:
                raise TableError(f"{path}:{line}: {error}") from None
    except OSError as error:
        raise TableError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TableError(f"{path}: not UTF-8: {error.reason}") from error
    return entries


def _separated(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(
            file,
            delimiter="\t" if path.suffix == ".tsv" else ",",
            quoting=csv.QUOTE_NONE if path.suffix == ".tsv" else csv.QUOTE_MINIMAL,
            strict=True,
        )
        header: list[str] = []
        while True:
            try:
                row = next(rows, None)
            except csv.Error as error:
                raise TableError(f"{path}:{rows.line_num}: {error}") from None
            if row is None:
                break
            if not any(cell.strip() for cell in row) or (not header and row[0].startswith("#")):
                continue
            if not header:
                header = _header(path, rows.line_num, row)
                continue
            if len(row) != len(header):
                raise TableError(f"{path}:{rows.line_num}: {len(row)} columns, the header has {len(header)}")
            cells = dict(zip(header, row, strict=True))
            yield rows.line_num, {**cells, "aliases": [a for a in cells.get("aliases", "").split("|") if a.strip()]}
    if not header:
        raise TableError(f"{path}: empty; the first line must name the columns: id, name, type, aliases")


def _header(path: Path, line: int, row: list[str]) -> list[str]:
    header = [cell.strip().lower() for cell in row]
    if not {"id", "name"} <= set(header) <= _COLUMNS or len(set(header)) < len(header):
        raise TableError(f"{path}:{line}: the columns must be id, name and optionally type and aliases; not {header}")
    return header


def _json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig") as file:
        for line, text in enumerate(file, 1):
            if not text.strip():
                continue
            try:
                row = json.loads(text)
            except (ValueError, RecursionError) as error:
                raise TableError(f"{path}:{line}: not JSON: {error}") from None
            if not isinstance(row, dict):
                raise TableError(f"{path}:{line}: not an object")
            if strange := sorted(set(row) - _COLUMNS):
                raise TableError(f"{path}:{line}: unknown keys: {', '.join(strange)}")
            yield line, row


def _entry(row: dict[str, Any], types: Collection[str]) -> TableEntry:
    """Returns the entry of a row.

    Raises:
        ValueError: The row is wrong; the message says how.
    """
    id_, name, type_, aliases = (row.get(key) for key in ("id", "name", "type", "aliases"))
    match = _ID.fullmatch(id_.strip()) if isinstance(id_, str) else None
    if not match:
        raise ValueError(f"the id must be a Wikidata item such as Q312, not {id_!r}")
    type_ = type_.strip() if isinstance(type_, str) else type_ or ""
    if type_ and not (isinstance(type_, str) and _TYPE.fullmatch(type_)):
        raise ValueError(f"the type must be an entity type such as organization, or empty, not {type_!r}")
    if type_ and types and type_ not in types:
        raise ValueError(f"the ontology has no entity type {type_!r}, only {', '.join(types)}")
    others = aliases if isinstance(aliases, list) else [aliases] if aliases else []
    names = tuple(" ".join(n.split()) if isinstance(n, str) else "" for n in (name, *others))
    if not all(0 < len(n) <= MAX_NAME_LENGTH for n in names) or isinstance(aliases, str):
        raise ValueError(f"the name must have 1 to {MAX_NAME_LENGTH} characters, aliases must be a list of such names")
    return TableEntry(match[1], type_, names)
