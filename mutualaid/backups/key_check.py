"""The system check of the keys by themselves, for whoever looks each minute whether the site is well."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from mutualaid.backups.identity import WRONG_KEYS, do_keys_fit
from mutualaid.checks import KEYS_ALONE


@register(Tags.database, KEYS_ALONE)
def keys_fit(app_configs: Any, databases: Sequence[str] | None, **_: Any) -> list[CheckMessage]:
    """E042: the keys do not fit the database."""
    is_well = not databases or do_keys_fit()
    return [] if is_well else [Error(WRONG_KEYS, id="mutualaid.E042")]
