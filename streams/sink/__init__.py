"""The sink: writes what the topic `triples` states into a graph in Neo4j, each statement once.

In the order of a record's way: `decode` reads it and `conversion` turns it into one of the `rows`; `writer` opens one
transaction per batch, in which `reading` reads what the graph has, `evidence_rules` works out what changes, `writing`
writes it, `withdrawal` and `contradictions` settle what follows from it. `cypher` has the statements, and `stage`
connects it all to the road.
"""

from streams.sink.stage import SinkStage
from streams.sink.writer import GraphWriter

__all__ = ["GraphWriter", "SinkStage"]
