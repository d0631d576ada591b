"""The group's face as it is now: `current_group().name`. Never called at import or in a default."""

from django.db import Error

from mutualaid.group.first_values import first_group
from mutualaid.group.last_known import last_known, remember
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
    row = rows.filter(pk=GroupProfile.ONLY).first()
    remember(row)
    return (row or first_group()).freeze()


def group_if_known() -> GroupProfile:
    """Return the group's face also while the database is away: then as it was last known.

    What follows in the same request does not wait for the database again.
    """
    try:
        return current_group()
    except Error:
        return group_without_database()


def group_without_database() -> GroupProfile:
    """Return the group's face as this request has read it, else as it was last known, or the first values."""
    return reading.read(GroupProfile, lambda: (last_known() or first_group()).freeze())
