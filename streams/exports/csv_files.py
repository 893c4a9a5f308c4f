"""A property graph as two CSV files (RFC 4180), whose headers Neo4j's importer reads."""

import csv
from collections.abc import Mapping
from typing import TextIO

from streams.exports.property_graph import EDGE_PROPERTIES, NODE_PROPERTIES, Node, PropertyType, Scalar, elements
from streams.exports.records import Record

NODES = "nodes.csv"
RELATIONSHIPS = "relationships.csv"


class CsvWriter:
    """Writes records as rows of nodes and of relationships."""

    def __init__(self, nodes: TextIO, relationships: TextIO) -> None:
        """Writes the headers. The files must not translate line ends."""
        self._nodes = csv.writer(nodes, lineterminator="\r\n")
        self._relationships = csv.writer(relationships, lineterminator="\r\n")
        self._nodes.writerow([":ID", ":LABEL", *_headers(NODE_PROPERTIES)])
        self._relationships.writerow([":START_ID", ":END_ID", ":TYPE", *_headers(EDGE_PROPERTIES)])

    def write(self, record: Record) -> None:
        """Writes a record."""
        for one in elements(record):
            if isinstance(one, Node):
                self._nodes.writerow([one.key, ";".join(one.labels), *_cells(NODE_PROPERTIES, one.properties)])
            else:
                self._relationships.writerow(
                    [one.source, one.target, one.type, *_cells(EDGE_PROPERTIES, one.properties)]
                )

    def close(self) -> None:
        """Needs nothing more."""


def _headers(properties: Mapping[str, PropertyType]) -> list[str]:
    return [name if type_ == "string" else f"{name}:{type_}" for name, type_ in properties.items()]


def _cells(properties: Mapping[str, PropertyType], values: Mapping[str, Scalar | None]) -> list[str]:
    return [_cell(values.get(name)) for name in properties]


def _cell(value: Scalar | None) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
