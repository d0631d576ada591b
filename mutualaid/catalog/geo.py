"""How far apart the centres of two localities are."""

from math import asin, cos, radians, sin, sqrt

EARTH_DIAMETER_KM = 2 * 6371.0088
"""Twice the mean radius R1 of the earth, IUGG."""

FARTHEST_KM = 500
"""As far as a volunteer can offer to go."""

HALF_AROUND_KM = 20_100
"""No two places are farther apart."""


def km_between(lat: float, lng: float, other_lat: float, other_lng: float) -> float:
    """Return the great-circle distance in km by the haversine formula (R. W. Sinnott, 1984). Degrees in."""
    half_lat = sin(radians(other_lat - lat) / 2)
    half_lng = sin(radians(other_lng - lng) / 2)
    h = half_lat**2 + cos(radians(lat)) * cos(radians(other_lat)) * half_lng**2
    return EARTH_DIAMETER_KM * asin(sqrt(min(1.0, h)))
