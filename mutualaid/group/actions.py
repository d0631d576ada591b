"""Writing the group's face: the only way, for the admin and tests."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from mutualaid.group.first_values import first_group
from mutualaid.group.look.logos import PreparedLogo
from mutualaid.group.models import GroupLogo, GroupProfile, GroupProfileChange
from mutualaid.singleton.actions import change_row, make_row


def make_group() -> bool:
    """Store the first values if there is no row yet; return whether it was made now."""
    if GroupProfile.objects.filter(pk=GroupProfile.ONLY).exists():
        return False
    return make_row(GroupProfileChange, first_group(), {})


@transaction.atomic
def change_group(
    *, by: AbstractBaseUser | None, changes: Mapping[str, Any]
) -> GroupProfileChange | None:
    """Change {name: new value}, and log who did it; return None where nothing is different.

    Names are those of `GroupProfile.values`: "name", "welcome_es", "logo" with the digest of a logo that is
    kept. Raises `ValidationError` for a value that is not allowed, and `ValueError` for an unknown name.
    """
    make_group()
    return change_row(GroupProfileChange, by=by, changes=changes)


def keep_logo(logo: PreparedLogo) -> str:
    """Store the pictures of a logo, and return its digest. Until a change names it, no page shows it."""
    values = {"width": logo.width, "height": logo.height, **logo.pictures}
    GroupLogo.objects.get_or_create(digest=logo.digest, defaults=values)
    return logo.digest
