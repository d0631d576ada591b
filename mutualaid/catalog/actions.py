"""Change the catalogue: categories, areas, languages. Each change leaves an entry in the admin's history."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from mutualaid.admin.history import write_history
from mutualaid.catalog.models import Locality, changing_areas
from mutualaid.catalog.outlines import Outline
from mutualaid.people.models import User


@transaction.atomic
def add_to_catalogue(row: models.Model, *, by: User) -> None:
    """Save a new row that a form has validated."""
    row.save(force_insert=True)
    write_history(row, by=by, words="added")


@transaction.atomic
def change_catalogue(row: models.Model, changes: Mapping[str, Any], *, by: User) -> None:
    """Write these fields of a row and no others."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))
    write_history(row, by=by, changed=changes)


@transaction.atomic
def remove_from_catalogue(row: models.Model, *, by: User) -> None:
    """Delete a row that nothing refers to; Django raises `ProtectedError` for another."""
    write_history(row, by=by, words="removed")
    row.delete()


@changing_areas()
def set_outlines(outlines: Mapping[int, Outline | None], *, by: User) -> int:
    """Write the outlines of these areas, by id; None takes one away. Return how many were changed."""
    changed = 0
    for area in Locality.objects.select_for_update().filter(pk__in=outlines).order_by("pk"):
        if area.outline != _as_stored(outlines[area.pk]):
            Locality.objects.filter(pk=area.pk).update(outline=outlines[area.pk])
            write_history(area, by=by, changed=["outline"])
            changed += 1
    return changed


def _as_stored(outline: Outline | None) -> Any:
    """JSON has lists where we have tuples."""
    return json.loads(json.dumps(outline))
