"""Read a position: it finds an area, and is not kept."""

from math import isfinite
from typing import NamedTuple

from django.utils.translation import gettext as _

from mutualaid.importing.problems import Unread


class Position(NamedTuple):
    """Degrees; north and east are positive."""

    lat: float
    lng: float


def read_position(lat: str, lng: str) -> Position | None:
    """Read two cells in degrees; None when both are empty. A comma may stand for the point.

    Raises `Unread` when one of them is empty, no number, or off the globe.
    """
    if not lat and not lng:
        return None
    return Position(_degrees(lat, _("latitude"), 90), _degrees(lng, _("longitude"), 180))


def _degrees(text: str, name: str, most: int) -> float:
    if not text:
        raise Unread(_("The %s is missing.") % name)
    try:
        degrees = float(text.replace(",", "."))
    except ValueError:
        degrees = float("nan")
    if not isfinite(degrees) or abs(degrees) > most:
        message = _("The %(name)s is not a number from -%(most)d to %(most)d.")
        raise Unread(message % {"name": name, "most": most})
    return degrees
