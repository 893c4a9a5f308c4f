"""The road: what happens to an event between Kafka and the graph.

Reading order: `events` (what travels), `road` (how every stage reads, retries, publishes and acknowledges), `news` and
`sink` (the stages), `worker` (a stage as a process).
"""
