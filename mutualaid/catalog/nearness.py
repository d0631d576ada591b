"""What lies near an area, also farther away than any offer reaches."""

from collections.abc import Iterable, Mapping
from math import cos, radians

from django.db.models import Case, F, FloatField, Value, When
from django.db.models.functions import Cos, Power, Radians, Sin

from mutualaid.catalog.geo import km_between
from mutualaid.catalog.models import Locality


def areas_within(km: float, areas: Iterable[Locality]) -> set[int]:
    """Return the ids of all areas of which a leaf lies at most `km` from a leaf of one of these.

    Leaves are as in `distances`, which would take megabytes for the few pairs that are asked about here.
    """
    rows = list(Locality.objects.values_list("pk", "parent", "lat", "lng"))
    parents = {pk: parent for pk, parent, _lat, _lng in rows}
    wider = set(parents.values())
    leaves = {pk: place for pk, _parent, *place in rows if pk not in wider}
    wanted = {area.pk for area in areas}
    lines = {leaf: _line(leaf, parents) for leaf in leaves}
    own = [leaves[leaf] for leaf, line in lines.items() if not wanted.isdisjoint(line)]
    near = set[int]()
    for leaf, line in lines.items():
        if any(km_between(*leaves[leaf], *place) <= km for place in own):
            near.update(line)
    return near


def _line(leaf: int, parents: Mapping[int, int | None]) -> set[int]:
    """It, and all that it is part of."""
    line = set[int]()
    area: int | None = leaf
    while area is not None and area not in line:
        line.add(area)
        area = parents[area]
    return line


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
