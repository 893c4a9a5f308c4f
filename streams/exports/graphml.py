"""A property graph as GraphML."""

import re
from collections.abc import Mapping
from typing import TextIO
from xml.sax.saxutils import escape

from streams.exports.property_graph import EDGE_PROPERTIES, NODE_PROPERTIES, Edge, Node, PropertyType, Scalar, elements
from streams.exports.records import Record

_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""

# XML 1.0 has no way at all to write these.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class GraphMlWriter:
    """Writes records as GraphML: a node's labels are its data `labels`, a relationship's type is `label`."""

    def __init__(self, out: TextIO) -> None:
        """Writes which properties there are."""
        self._out = out
        out.write(_HEAD)
        for for_, extra, properties in (("node", "labels", NODE_PROPERTIES), ("edge", "label", EDGE_PROPERTIES)):
            declared: Mapping[str, PropertyType] = {extra: "string", **properties}
            for name, type_ in declared.items():
                known = "string" if type_ == "datetime" else type_
                out.write(f'<key id="{for_}-{name}" for="{for_}" attr.name="{name}" attr.type="{known}"/>\n')
        out.write('<graph id="triplewire" edgedefault="directed">\n')

    def write(self, record: Record) -> None:
        """Writes a record."""
        for one in elements(record):
            if isinstance(one, Node):
                data = _data("node", {"labels": "".join(f":{label}" for label in one.labels), **one.properties})
                self._out.write(f'<node id="{one.key}">{data}</node>\n')
            else:
                self._out.write(f"{_edge(one)}\n")

    def close(self) -> None:
        """Ends the document."""
        self._out.write("</graph>\n</graphml>\n")


def _edge(one: Edge) -> str:
    data = _data("edge", {"label": one.type, **one.properties})
    return f'<edge source="{one.source}" target="{one.target}">{data}</edge>'


def _data(for_: str, properties: Mapping[str, Scalar | None]) -> str:
    return "".join(
        f'<data key="{for_}-{name}">{_text(value)}</data>' for name, value in properties.items() if value is not None
    )


def _text(value: Scalar) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    # A parser turns a bare CR into LF.
    return escape(_FORBIDDEN.sub("\ufffd", str(value)), {"\r": "&#13;"})
