"""What the catalogue says of each category, as the join needs it."""

from dataclasses import dataclass

import numpy as np

from mutualaid.catalog.models import Category
from mutualaid.matching.backlog.problem import Ints


@dataclass(frozen=True)
class CategoryRules:
    """`family` holds the categories whose offers fit: itself, its group, what is in it."""

    family: Ints
    remote_ok: bool
    vetted_only: bool
    needs_vehicle: bool


def read_kinds() -> dict[int, CategoryRules]:
    columns = ("pk", "parent", "remote_ok", "vetted_only", "needs_vehicle")
    rows = list(Category.objects.values_list(*columns))
    inside: dict[int | None, list[int]] = {}
    for pk, parent, *_ in rows:
        inside.setdefault(parent, []).append(pk)
    return {
        pk: CategoryRules(np.array([pk, *([parent] if parent else inside.get(pk, []))]), *flags)
        for pk, parent, *flags in rows
    }
