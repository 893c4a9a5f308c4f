"""The sink: triples and documents from `triples` become a graph in Neo4j, each once.

`rows` flattens a record, `merge` works out what a batch changes, `cypher` says it, `writing` and `writer` do it in one
transaction, and `stage` is how the road sees it all.
"""

from streams.sink.stage import SinkStage
from streams.sink.writer import GraphWriter

__all__ = ["GraphWriter", "SinkStage"]
