"""What lies near an area, also farther away than any offer reaches."""

from collections.abc import Iterable
from math import cos, radians

import numpy as np
from django.db.models import Case, F, FloatField, Value, When
from django.db.models.functions import Cos, Power, Radians, Sin

from mutualaid.catalog.distances import Area, Distances
from mutualaid.catalog.models import Locality


def areas_within(km: float, areas: Iterable[Locality]) -> list[int]:
    """Return the ids of all areas of which a leaf lies at most `km` from one of these."""
    rows = Locality.objects.values_list("pk", "parent", "lat", "lng")
    distances = Distances(Area(*row) for row in rows)
    here = np.flatnonzero(np.isin(distances.ids, [area.pk for area in areas]))
    is_near = np.zeros(len(distances.ids), dtype=bool)
    for area in here.tolist():
        is_near |= distances.gap_km(area) <= km
    ids: list[int] = distances.ids[is_near].tolist()
    return ids


def way_to(area: Locality, *, of: str = "locality") -> Case:
    """Return what to order rows by, so that the nearest to `area` by their field `of` come first.

    What is in it, or what it is part of, is all as near, as for a need (ADR 85). Others follow by the
    haversine of the way from centre to centre, as in `geo.km_between`.
    """
    here = [*area.with_ancestors(), *area.with_descendants()]
    lat, lng = F(f"{of}__lat"), F(f"{of}__lng")
    north = Power(Sin(Radians(lat - area.lat) / 2), 2)
    east = Power(Sin(Radians(lng - area.lng) / 2), 2)
    return Case(
        When(**{f"{of}__in": here}, then=Value(-1.0)),
        default=north + east * Cos(Radians(lat)) * cos(radians(area.lat)),
        output_field=FloatField(),
    )
