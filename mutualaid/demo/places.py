"""A made-up city: three districts, nine neighbourhoods."""

PLACES: list[tuple[str, str, str, float, float]] = [
    ("marrow-bay", "Marrow Bay", "", 44.640, -63.580),
    ("northside", "Northside", "marrow-bay", 44.672, -63.590),
    ("harbour", "Harbour", "marrow-bay", 44.645, -63.565),
    ("southside", "Southside", "marrow-bay", 44.615, -63.575),
    ("mill-street", "Mill Street", "northside", 44.668, -63.598),
    ("orchard-hill", "Orchard Hill", "northside", 44.681, -63.588),
    ("station-yards", "Station Yards", "northside", 44.667, -63.575),
    ("old-harbour", "Old Harbour", "harbour", 44.648, -63.570),
    ("lantern-quay", "Lantern Quay", "harbour", 44.643, -63.560),
    ("market-square", "Market Square", "harbour", 44.651, -63.580),
    ("saltmarsh", "Saltmarsh", "southside", 44.608, -63.580),
    ("elm-park", "Elm Park", "southside", 44.618, -63.568),
    ("willow-flats", "Willow Flats", "southside", 44.622, -63.588),
]
"""Slug, name, slug of what it is part of (or empty), latitude, longitude."""
