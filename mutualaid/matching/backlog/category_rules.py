"""What the catalogue says of each category, as the join needs it."""

from dataclasses import dataclass

from mutualaid.catalog.models import Category


@dataclass(frozen=True)
class CategoryRules:
    family: tuple[int, ...]
    """Ids of the categories whose offers fit: itself, its parent, or its children."""
    remote_ok: bool
    vetted_only: bool
    needs_vehicle: bool


def read_category_rules() -> dict[int, CategoryRules]:
    """Read the rules of all categories, by id, in one query."""
    columns = ("pk", "parent", "remote_ok", "vetted_only", "needs_vehicle")
    rows = list(Category.objects.values_list(*columns))
    children: dict[int | None, list[int]] = {}
    for pk, parent, *_ in rows:
        children.setdefault(parent, []).append(pk)
    return {
        pk: CategoryRules((pk, *([parent] if parent else sorted(children.get(pk, [])))), *flags)
        for pk, parent, *flags in rows
    }
