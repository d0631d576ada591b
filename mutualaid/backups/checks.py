"""System checks: that the keys fit the database, and that it is backed up.

As all checks of a database those run where one is named.
"""

import os
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from mutualaid import clock
from mutualaid.backups.identity import ERASED_ARE_BACK, why_not_start
from mutualaid.backups.names import newest_made_at
from mutualaid.checks import BACKUPS
from mutualaid.local_time import format_moment
from mutualaid.people.models import User

WITHOUT_ONE = timedelta(days=2)
"""Backups are made each night; one may fail."""


@register(Tags.database)
def erased_stay_erased(
    app_configs: Any, databases: Sequence[str] | None, **_: Any
) -> list[CheckMessage]:
    """E041: people who were erased are in the database again. What keys do not fit, E042 says alone."""
    are_back = databases and why_not_start() == ERASED_ARE_BACK
    return [Error(ERASED_ARE_BACK, id="mutualaid.E041")] if are_back else []


@register(deploy=True)
def backups_can_be_sealed(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """W042: the backup of each night fails, for nothing says for whom to seal it."""
    if settings.BACKUP_RECIPIENTS or os.environ.get("BACKUP_PASSPHRASE"):
        return []
    message = "No backup is made at night: nothing says for whom it is sealed."
    hint = "Set BACKUP_RECIPIENTS to a public key of age, as age1…; make one elsewhere: age-keygen."
    return [Warning(message, hint=hint, id="mutualaid.W042")]


@register(Tags.database, BACKUPS)
def there_is_a_backup(
    app_configs: Any, databases: Sequence[str] | None, **_options: Any
) -> list[CheckMessage]:
    """W043: there are people in the database for some days, and no backup in `BACKUP_DIR` is as young."""
    if not databases or settings.DEMO:
        return []
    try:
        now, newest = clock.now(), newest_made_at()
        first = User.objects.order_by("pk").values_list("created_at", flat=True).first()
    except DatabaseError:  # not migrated yet: this is looked at before it is
        return []
    since = newest or first
    if not since or now - since < WITHOUT_ONE:
        return []
    told = lazy(format_moment, str)
    of_newest = format_lazy(_("The newest backup is from {moment}."), moment=told(since))
    message = of_newest if newest else _("There is no backup yet.")
    return [Warning(message, id="mutualaid.W043")]  # type: ignore[arg-type]
