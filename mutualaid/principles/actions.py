"""Write what the group says of its principles. Each change leaves an entry in the admin's history."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from mutualaid.admin.history import write_history
from mutualaid.people.models import User
from mutualaid.principles.models import Principle


@transaction.atomic
def add_principle(principle: Principle, *, by: User) -> None:
    """Save a new row that a form has validated."""
    principle.save(force_insert=True)
    write_history(principle, by=by, words="added")


@transaction.atomic
def change_principle(principle: Principle, changes: Mapping[str, Any], *, by: User) -> None:
    """Write these fields and no others."""
    for name, value in changes.items():
        setattr(principle, name, value)
    principle.save(update_fields=list(changes))
    write_history(principle, by=by, changed=changes)


@transaction.atomic
def remove_principle(principle: Principle, *, by: User) -> None:
    """Take back what the group said of it; the principle itself stays on the page."""
    write_history(principle, by=by, words="removed")
    principle.delete()
