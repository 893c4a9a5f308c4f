"""How common terms are, counted over the stream, to weigh keywords (`inference.text.keywords.weigh`).

The counts depend on Kafka's log alone. Days are days of the broker's clock, and an article's keywords are weighed by
all days before its own. So the same record always gets the same keywords: on any worker, at any time, however often it
is read. See docs/decisions/0012-attributes-and-keywords.md.

Reading order: `counting.py` (the count of one partition), `statistics.py` (the counts as the stage uses them),
`kafka_log.py` (log and snapshots), `keywords.py` (from counts to keywords).
"""
