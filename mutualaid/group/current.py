"""The group's face as it is now: `current_group().name`. Never called at import or in a default."""

from django.db import Error

from mutualaid.group.first_values import first_group
from mutualaid.group.models import GroupProfile
from mutualaid.singleton import reading

PICTURES = ("logo__page", "logo__icon_192", "logo__icon_512", "logo__maskable_512")


def current_group() -> GroupProfile:
    """Return the group's face, frozen; read once in a request, a task or a management command.

    Before the row is made it has the first values.
    """
    return reading.read(GroupProfile, read_group)


def read_group() -> GroupProfile:
    """Read it from the database, whatever was read before; most callers want `current_group`."""
    rows = GroupProfile.objects.select_related("logo").defer(*PICTURES)
    row = rows.filter(pk=GroupProfile.ONLY).first() or first_group()
    return row.freeze()


def group_if_known() -> GroupProfile:
    """Return the group's face also while the database is away: then with the first values.

    What follows in the same request does not wait for the database again.
    """
    try:
        return current_group()
    except Error:
        return reading.read(GroupProfile, lambda: first_group().freeze())
