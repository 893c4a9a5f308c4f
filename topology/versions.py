"""The versions of everything that is not a Python library, for the embedded stack and for docker-compose.yml.

tests/topology/docker compares the compose file and the Dockerfiles with them.
"""

PYTHON = "3.11"
"""Python of the workers' image; the same as the minimum in `requires-python`."""

KAFKA = "4.3.1"
"""Kafka: `org.apache.kafka:kafka_2.13` and the official image's tag. Not 4.4.0: one of its artefacts is missing."""

KAFKA_LOG4J = "2.25.4"
"""`org.apache.logging.log4j:log4j-slf4j-impl`, the logging backend, which Kafka's jars do not include."""

NEO4J = "5.26.30"
"""Neo4j Community, the long-term-support line: `org.neo4j:neo4j` and the official image's tag."""

NEO4J_BROWSER = "5.24.0"
"""`org.neo4j.client:neo4j-browser`, the page at /browser/; the official image includes its own."""

N10S = "5.1.0.0"
"""neosemantics (RDF import and export) of the embedded stack; the official image downloads its own."""

TRITON_RELEASE = "24.10"
"""Triton's container release; the GPU image's tag is `<release>-py3`, and TensorRT plans are built in that image."""

TRITON = "2.51.0"
"""The server version of that release."""

PYTRITON = "0.7.0"
"""`nvidia-pytriton`: the wheel with that server's binary, for hosts without a GPU or a container engine."""

TRITON_NUMPY = "1.26.4"
"""numpy in Triton's environment. With numpy 2 the Python backend returns empty outputs for every request."""

ONNXRUNTIME = "1.31.1"
"""onnxruntime in Triton's environment."""

ONNXRUNTIME_GPU_IMAGE = "1.23.2"
"""onnxruntime in the GPU image: the last version for that image's Python 3.10."""

PROMETHEUS = "v3.5.0"
"""Prometheus image tag (long-term support)."""

GRAFANA = "12.1.0"
"""Grafana image tag."""
