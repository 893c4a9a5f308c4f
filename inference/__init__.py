"""What the models compute. Tensors and plain dataclasses only: nothing here knows Kafka or Neo4j.

Reading order: `text.types` (what goes in and comes out), `text.words` and `text.windows` (from characters to model
input), `client` (the Triton server), `text.extractor` (all of it together).
"""
