"""The settings of `triplewire serve`: where it listens, who is admitted, and what one request may cost."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class ServeSettings(BaseSettings):
    """What `topology.settings.Settings` inherits from this module."""

    serve_host: str = Field(
        "127.0.0.1",
        description="Address on which `triplewire serve` listens. Any but a loopback address needs "
        "TRIPLEWIRE_SERVE_TOKENS.",
    )
    serve_port: int = Field(17080, ge=0, le=65535, description="Port of `triplewire serve`; 0 picks a free one.")
    serve_page: bool = Field(
        True, description="Whether `triplewire serve` has the page for people as well as the API (docs/desk.md)."
    )
    serve_tokens: str = Field(
        "",
        description="YAML file of the tokens that `triplewire serve` admits, by their hashes (docs/api.md); read again "
        "when it changes. Empty: nobody needs a token, which only a loopback address allows.",
    )
    serve_certificate: str = Field(
        "",
        description="PEM file of the certificate with which `triplewire serve` speaks TLS, with those of authorities "
        "between; empty for HTTP without TLS. Read at the start.",
    )
    serve_key: str = Field("", description="PEM file of that certificate's key; empty if its file holds the key too.")
    serve_key_password: SecretStr = Field(SecretStr(""), description="Password of that key; empty if it has none.")
    serve_key_password_file: str = Field("", description="File that holds that password.")
    serve_origins: str = Field(
        "",
        description="Origins whose web pages may read answers of `triplewire serve` (CORS), such as "
        "`https://desk.example.org`, separated by commas; empty for none, `*` for all, which needs tokens.",
    )
    serve_query_seconds: float = Field(
        10.0, gt=0, le=60, description="Seconds after which Neo4j ends a query of `triplewire serve`."
    )
    serve_queries: int = Field(
        8, ge=1, le=64, description="Maximum number of queries that `triplewire serve` has running in Neo4j at a time."
    )
    serve_streams: int = Field(
        20, ge=0, description="Maximum number of event streams that `triplewire serve` has open at a time."
    )
