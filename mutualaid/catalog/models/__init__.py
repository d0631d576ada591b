"""What a need and an offer have in common: category, locality, language."""

from mutualaid.catalog.models.category import ANYTHING, Category
from mutualaid.catalog.models.language import Language
from mutualaid.catalog.models.locality import (
    LONGEST_NAME,
    JsonType,
    Locality,
    LocalityDistance,
    LocalityReach,
    changing_areas,
    measure_areas,
)

__all__ = [
    "ANYTHING",
    "LONGEST_NAME",
    "Category",
    "JsonType",
    "Language",
    "Locality",
    "LocalityDistance",
    "LocalityReach",
    "changing_areas",
    "measure_areas",
]
