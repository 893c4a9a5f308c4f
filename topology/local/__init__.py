"""The embedded stack: real Kafka, Neo4j and Triton servers on loopback, without containers, Java or root."""
