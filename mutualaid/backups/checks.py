"""The system check that the keys fit the database. As all checks of a database it runs where one is named."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from mutualaid.backups.identity import why_not_start
from mutualaid.checks import KEYS


@register(Tags.database, KEYS)
def site_may_start(
    app_configs: Any, databases: Sequence[str] | None, **_: Any
) -> list[CheckMessage]:
    """E041: the keys do not fit the database, or people who were erased are in it again."""
    reason = why_not_start() if databases else ""
    return [Error(reason, id="mutualaid.E041")] if reason else []
