"""What the models compute. Tensors and plain dataclasses only: nothing here knows Kafka or Neo4j.

Reading order for text: `text.types` (input and output), `text.language.words` and `text_extraction.windows` (from
characters to model input), `text_extraction.client` (the Triton server), `text_extraction.extractor` (all together).
"""
