"""How far apart the centres of two localities are, in Python and in the database."""

from math import asin, cos, radians, sin, sqrt

from django.db.models import Expression, F, FloatField, Value
from django.db.models.functions import ASin, Cos, Greatest, Least, Radians, Sin, Sqrt

EARTH_DIAMETER_KM = 2 * 6371.0088
"""Twice the mean radius R1 of the earth, IUGG."""


def km_between(lat: float, lng: float, other_lat: float, other_lng: float) -> float:
    """Great-circle distance in km by the haversine formula (R. W. Sinnott, 1984). Degrees in."""
    half_lat = sin(radians(other_lat - lat) / 2)
    half_lng = sin(radians(other_lng - lng) / 2)
    h = half_lat**2 + cos(radians(lat)) * cos(radians(other_lat)) * half_lng**2
    return EARTH_DIAMETER_KM * asin(sqrt(min(1.0, h)))


def km_from(lat: float, lng: float, *, prefix: str = "") -> Expression:
    """The same distance as a database expression, from the given centre to each locality.

    `prefix` leads from the queried rows to their locality, as "locality__" does.
    """
    half_lat = Sin(Radians(F(f"{prefix}lat") - lat) / 2.0)
    half_lng = Sin(Radians(F(f"{prefix}lng") - lng) / 2.0)
    h = half_lat * half_lat + (
        Cos(Radians(F(f"{prefix}lat"))) * Value(cos(radians(lat))) * half_lng * half_lng
    )
    within = Least(Greatest(h, Value(0.0)), Value(1.0), output_field=FloatField())
    return Value(EARTH_DIAMETER_KM) * ASin(Sqrt(within), output_field=FloatField())
