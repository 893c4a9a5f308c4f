"""How common terms are, kept over the stream for keywords (`inference.text.keywords.weigh`).

What is counted is a function of Kafka's log alone. Days are told by the broker's clock; an article's keywords are
weighed by all days before its own, so that the same record always gets the same keywords, on any worker, whenever it is
read and however often. See docs/decisions/0012-attributes-and-keywords.md.

Read in this order: `counting.py` (one partition's count), `statistics.py` (the stage's view of it), `kafka_log.py`.
"""
