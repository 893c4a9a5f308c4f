"""Reads when, with which camera and, on request, where a picture was taken.

Tags: CIPA DC-008 (Exif 2.32), sections 4.6.4 to 4.6.6.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image

_OFFSET = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d")
_LONGEST = 128


def taken(exif: Image.Exif) -> str | None:
    """Returns when the picture was taken, as xsd:dateTime; with an offset only if the camera recorded one."""
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    value = inner.get(ExifTags.Base.DateTimeOriginal)
    try:
        when = datetime.strptime(str(value), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - few cameras record their time zone
    except ValueError:
        return None
    offset = str(inner.get(ExifTags.Base.OffsetTimeOriginal, "")).strip()
    return when.isoformat() + (offset if _OFFSET.fullmatch(offset) else "")


def camera(exif: Image.Exif) -> str | None:
    """Returns maker and model without repeating the maker's name: `Canon EOS R5`."""
    maker, model = (_text(exif.get(tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model))
    name = model if model.lower().startswith(maker.lower()) else f"{maker} {model}".strip()
    return name or None


def place(exif: Image.Exif) -> tuple[float, float] | None:
    """Returns latitude and longitude in degrees, rounded to about a metre."""
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    latitude = _degrees(gps, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S")
    longitude = _degrees(gps, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004
        return None
    return latitude, longitude


def _degrees(gps: Mapping[int, Any], value: int, reference: int, negative: str) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in gps[value])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    total = degrees + minutes / 60 + seconds / 3600
    return round(-total if _text(gps.get(reference)).upper() == negative else total, 5)


def _text(value: object) -> str:
    text = str(value or "").replace("\x00", " ")
    return " ".join("".join(c for c in text if c.isprintable()).split())[:_LONGEST]
