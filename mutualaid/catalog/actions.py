"""A coordinator keeps the catalogue: kinds of help, areas, languages. Each change leaves a log entry."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from mutualaid.admin.history import write_history
from mutualaid.people.models import User


@transaction.atomic
def add_to_catalogue(row: models.Model, *, by: User) -> None:
    """Write a new row, which a form has checked."""
    row.save(force_insert=True)
    write_history(row, by=by, words="added")


@transaction.atomic
def change_catalogue(row: models.Model, given: Mapping[str, Any], *, by: User) -> None:
    """Write these fields of a row and no others."""
    for name, value in given.items():
        setattr(row, name, value)
    row.save(update_fields=list(given))
    write_history(row, by=by, changed=given)


@transaction.atomic
def remove_from_catalogue(row: models.Model, *, by: User) -> None:
    """Remove a row that nothing refers to; raises `ProtectedError` for another."""
    write_history(row, by=by, words="removed")
    row.delete()
