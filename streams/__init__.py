"""What happens to an event between Kafka and the graph.

Reading order: `messages.events` (what the topics carry), `road` (how every stage reads, retries, publishes and
acknowledges), a stage (`news`, `entities`, `media`, `sink`, `suggestions`), `worker` (a stage as a process).
"""
