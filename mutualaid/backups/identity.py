"""Which site a database is, and whether the configured keys and the ledger of erasures fit it."""

import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, models
from django.db.migrations.executor import MigrationExecutor
from django.utils.crypto import constant_time_compare, salted_hmac

from mutualaid.backups.draft import disconnect
from mutualaid.backups.models import SiteIdentity
from mutualaid.checks import KEYS
from mutualaid.encryption.fields import EncryptedTextField, WrongKey, decrypt
from mutualaid.people.models import User
from mutualaid.retention import ledger

WRONG_KEYS = (
    "The keys do not fit this database: what is stored in it was sealed with others. Put the secrets.json of"
    " the backup back in its place, or its SECRET_KEY and CONTACT_KEYS into the environment."
)
ERASED_ARE_BACK = (
    "The ledger of erasures names people who are in this database again. Run `manage.py replay_erasures`"
    " before anyone gets in."
)
LOOKED_AT = 20
"""Sealed values of each field that are tried, the newest. One that opens is enough."""


class KeysDoNotFit(CommandError):
    """The message says it and what to do."""


def why_not_start() -> str:
    """Return why the site must not serve this database, in a sentence with what to do; "" if it may.

    A database that does not answer, takes nothing, or has not been migrated, is no reason: that shows
    elsewhere. What was compared of the ledger is not read again by the next one.
    """
    try:
        if not do_keys_fit():
            return WRONG_KEYS
        if ledger_is_ahead():
            return ERASED_ARE_BACK
        note_ledger()
    except DatabaseError:
        pass
    return ""


def refuse_to_start(**_signal: Any) -> None:
    """End this process with the reason unless it may serve the database; keep no connection open.

    Raises `SystemExit`.
    """
    try:
        reason = why_not_start()
    finally:
        disconnect()  # neither it nor a pool's threads live on in the processes that are forked
    if reason:
        sys.exit(reason)


def do_keys_fit() -> bool:
    """Return whether the keys fit, by the identity; True for a database that has none yet."""
    if SiteIdentity._meta.db_table not in connection.introspection.table_names():
        return True
    found = SiteIdentity.objects.values_list("site_id", "key_check", "secret_key_fingerprint")
    for site_id, key_check, fingerprint in found:
        column = f"{SiteIdentity._meta.db_table}.key_check"
        try:
            opened = decrypt(key_check, column=column, row=site_id)
        except WrongKey:
            return False
        return opened == site_id and constant_time_compare(
            fingerprint, _secret_key_fingerprint(site_id)
        )
    return True


@register(Tags.database, KEYS)
def keys_fit(app_configs: Any, databases: Sequence[str] | None, **_: Any) -> list[CheckMessage]:
    """E042: the keys do not fit the database. For whoever looks each minute whether the site is well."""
    is_well = not databases or do_keys_fit()
    return [] if is_well else [Error(WRONG_KEYS, id="mutualaid.E042")]


def keep() -> SiteIdentity:
    """Return the identity, made now where there is none, with this release noted in it.

    Raises `KeysDoNotFit` where the keys open nothing of what is there.
    """
    if not do_keys_fit() or not opens_what_is_stored():
        raise KeysDoNotFit(WRONG_KEYS)
    identity, _is_new = SiteIdentity.objects.get_or_create(id=SiteIdentity.ONLY, defaults=_fresh())
    SiteIdentity.objects.update(release=settings.RELEASE)
    return identity


def keep_after_migrating(using: str, **_signal: Any) -> None:
    """Give a database with people in it its identity; `seed` gives a new one its. Receives `post_migrate`."""
    if using != connection.alias or not _is_migrated():
        return
    if SiteIdentity.objects.exists() or User.objects.exists():
        keep()


def check_before_migrating(using: str, **_signal: Any) -> None:
    """Receives `pre_migrate`. Raises `KeysDoNotFit`."""
    if using == connection.alias and not do_keys_fit():
        raise KeysDoNotFit(WRONG_KEYS)


def opens_what_is_stored() -> bool:
    """Return whether the keys open some sealed value of this database; True where nothing is sealed."""
    is_empty = True
    for column, row, value in _sealed_values():
        is_empty = False
        try:
            decrypt(value, column=column, row=row)
        except WrongKey:
            continue
        return True
    return is_empty


def ledger_is_ahead() -> bool:
    """Return whether the ledger's file names an erasure that this database does not know.

    Read is what was added since it was last compared. False for a database without an identity: it is new,
    and what is moved or restored into it brings one along.
    """
    compared = SiteIdentity.objects.values_list("ledger_bytes", flat=True).first()
    return compared is not None and not ledger.all_known(
        settings.ERASURE_LEDGER, from_byte=compared
    )


def note_ledger() -> None:
    """Note that all of the ledger's file has been compared with this database."""
    file = settings.ERASURE_LEDGER
    size = file.stat().st_size if file.exists() else 0
    SiteIdentity.objects.exclude(ledger_bytes=size).update(ledger_bytes=size)


def _is_migrated() -> bool:
    """Whether no migration is left to do: after some alone, tables and columns may be missing."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _fresh() -> dict[str, Any]:
    row = SiteIdentity(release=settings.RELEASE)
    return {
        "site_id": row.site_id,
        "key_check": row.site_id,
        "secret_key_fingerprint": _secret_key_fingerprint(row.site_id),
        "release": row.release,
    }


def _secret_key_fingerprint(site_id: str) -> str:
    return salted_hmac("mutualaid.site", site_id, algorithm="sha256").hexdigest()


def _sealed_values() -> Iterator[tuple[str, Any, str]]:
    """(column, what stands for the row, the value as it is stored)."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield from islice(_values_of(model, field), LOOKED_AT)


def _values_of(
    model: type[models.Model], field: EncryptedTextField
) -> Iterator[tuple[str, Any, str]]:
    row = field._row_field()
    values = model._base_manager.order_by("-pk").values_list(row.attname, field.attname)
    for stood_for, value in values[: 10 * LOOKED_AT]:
        if value:
            yield field._column(), stood_for, value
