"""Change the catalogue: categories, areas, languages. Each change leaves an entry in the admin's history."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from mutualaid.admin.history import write_history
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
