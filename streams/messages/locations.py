"""Where a place is, as messages say it."""

from typing import Annotated

from pydantic import Field

from streams.messages.base import Event


class EntityLocation(Event):
    """Where a place is, as far as its name tells."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = Field(
        description="Code of the country that it is or lies in, ISO 3166-1 alpha-2."
    )
    latitude: float | None = Field(
        None, ge=-90, le=90, description="Degrees north. Null for a country or region, which is no point."
    )
    longitude: float | None = Field(None, ge=-180, le=180, description="Degrees east. Null if `latitude` is.")
