"""The settings by which servers admit us: protocols, certificates, users, passwords, tokens.

Each secret `X` has a companion `X_file`: a file that holds it, as container platforms mount secrets. The file is read
when a client is made, and it takes precedence.
"""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

KafkaProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
KafkaMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]

_NONE = SecretStr("")


class AccessSettings(BaseSettings):
    """What `topology.settings.Settings` inherits from this module."""

    # Kafka
    kafka_security_protocol: KafkaProtocol = Field(
        "PLAINTEXT",
        description="How clients talk to Kafka: `SSL` is TLS, `SASL_…` has a login.",
    )
    kafka_ca: str = Field(
        "", description="PEM file of the authority that signed Kafka's certificate; empty for the system's."
    )
    kafka_certificate: str = Field("", description="PEM file of our certificate, where Kafka wants one (mutual TLS).")
    kafka_key: str = Field("", description="PEM file of that certificate's key; empty if its file holds the key too.")
    kafka_key_password: SecretStr = Field(_NONE, description="Password of that key; empty if it has none.")
    kafka_key_password_file: str = Field("", description="File that holds that password.")
    kafka_sasl_mechanism: KafkaMechanism = Field("SCRAM-SHA-512", description="How clients log in at Kafka.")
    kafka_user: str = Field("", description="Kafka user, for `PLAIN` and `SCRAM-…`.")
    kafka_password: SecretStr = Field(_NONE, description="Password of the Kafka user.")
    kafka_password_file: str = Field("", description="File that holds that password.")
    kafka_oauth_url: str = Field(
        "", description="Address that gives tokens for `OAUTHBEARER` (client credentials grant), https or on loopback."
    )
    kafka_oauth_client: str = Field("", description="Client id at that address.")
    kafka_oauth_secret: SecretStr = Field(_NONE, description="Client secret at that address.")
    kafka_oauth_secret_file: str = Field("", description="File that holds that client secret.")
    kafka_oauth_scope: str = Field("", description="Scope to ask for; empty for none.")
    kafka_oauth_ca: str = Field("", description="PEM file of the authority of that address; empty for the system's.")
    kafka_oauth_extensions: str = Field(
        "",
        description="SASL extensions, `name=value[,name=value…]`; some managed Kafkas want a cluster's id there.",
    )

    # Triton
    triton_tls: bool = Field(False, description="Whether to talk TLS to Triton's address.")
    triton_ca: str = Field(
        "", description="PEM file of the authority of Triton's certificate; empty for gRPC's own list."
    )
    triton_certificate: str = Field("", description="PEM file of our certificate, where Triton's proxy wants one.")
    triton_key: str = Field("", description="PEM file of that certificate's key, without a password.")
    triton_token: SecretStr = Field(
        _NONE, description="Token that each request to Triton carries, as `authorization: Bearer …`; empty for none."
    )
    triton_token_file: str = Field("", description="File that holds that token; read again for each request.")

    # Neo4j
    neo4j_password_file: str = Field("", description="File that holds the password of TRIPLEWIRE_NEO4J_USER.")
    neo4j_ca: str = Field(
        "",
        description="PEM file of the authority of Neo4j's certificate, for addresses `neo4j+s:` and `bolt+s:`; empty "
        "for the system's.",
    )
    neo4j_reader_user: str = Field(
        "", description="Neo4j user of commands that only read the graph; empty for TRIPLEWIRE_NEO4J_USER."
    )
    neo4j_reader_password: SecretStr = Field(_NONE, description="Password of that user.")
    neo4j_reader_password_file: str = Field("", description="File that holds that password.")
    neo4j_liveness: float = Field(
        30.0,
        ge=0,
        description="Seconds without use after which a connection to Neo4j is tested before it is used again. Must be "
        "less than the time after which a load balancer cuts silent connections.",
    )
