"""The base of all messages."""

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """Base of all messages: immutable, and without error on unknown fields, so that producers may add fields first."""

    model_config = ConfigDict(frozen=True, extra="ignore")
