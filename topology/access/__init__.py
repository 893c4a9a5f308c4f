"""How clients are admitted to Kafka and Triton, from the settings. For Neo4j see `topology.graph.connection`."""
