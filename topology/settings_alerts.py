"""The settings of watches and alerts: `triplewire worker alerts` and `triplewire watch`."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class AlertSettings(BaseSettings):
    """What `topology.settings.Settings` inherits from this module."""

    watch: str = Field(
        "", description="File of the watches that `triplewire worker alerts` looks out for; see docs/alerts.md."
    )
    alert_settle: float = Field(
        5.0,
        ge=0,
        le=3600,
        description="Seconds for which an alert about a happening waits for the entities worker to say whether another "
        "article has reported the same happening.",
    )
    alert_secret: SecretStr = Field(
        SecretStr(""),
        description="Secret that signs the calls of receivers without a `secret_file`, at least 24 characters.",
    )
    alert_secret_file: str = Field("", description="File that holds that secret; read again for each call.")
    alert_private_hosts: str = Field(
        "",
        description="Hosts of receivers that may be called although their addresses are private: names and patterns "
        "such as `*.example.org`, separated by commas.",
    )
    alert_call_within: float = Field(
        10.0, gt=0, le=120, description="Seconds that a receiver may take to answer a call."
    )
    alert_tries: int = Field(
        10,
        ge=1,
        le=50,
        description="Attempts at a call, one second apart and then twice as long each time, up to ten minutes. After "
        "the last one its alerts go to dead letters.",
    )
