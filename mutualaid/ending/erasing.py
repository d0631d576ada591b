"""On the last day: write down the numbers, erase everyone, and empty every table but what stays of the group.

What stays says nothing about anyone. Each step may be run again: what is erased already is not there.
"""

from collections.abc import Iterator
from contextlib import suppress

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.ending.days import due_to_erase, is_anyone_left
from mutualaid.ending.models import WindingDown
from mutualaid.group.actions import change_group
from mutualaid.numbers.freezing import freeze, months_to_freeze
from mutualaid.retention.copies import delete_all_copies
from mutualaid.retention.models import Rewrite
from mutualaid.retention.rewriting import rewrite_what_is_due
from mutualaid.retention.sweep import erase_batch, rows_of
from mutualaid.retention.terms import ACCOUNT, ASK, NEED, OWNERS
from requests_app.actions import erase_ask
from requests_app.lifecycle.actors import SITE
from requests_app.models import Ask, Need
from requests_app.states import NeedState

KEPT = {
    "django_migrations": "the tables are there",
    "django_content_type": "names of tables",
    "auth_permission": "names of permissions",
    "group_groupprofile": "the page that stays: name, words, and the two days",
    "group_grouplogo": "its face",
    "numbers_month": "the numbers",
    "numbers_monthpart": "the numbers",
    "catalog_category": "kinds, which the numbers name",
    "catalog_locality": "areas, which the numbers name",
    "catalog_localitydistance": "how far areas are apart",
    "catalog_localityreach": "how far areas are apart",
    "catalog_language": "names of languages",
    "policy_policy": "how the group worked; tasks read it",
    "matching_scoringweights": "how the group worked; tasks read it",
    "health_heartbeat": "whether the site stands still",
    "health_alarm": "whether the site stands still",
    "retention_erasure": "erases again what a restored backup brings back: ids only",
    "retention_rewrite": "when files were rewritten",
    "backups_siteidentity": "which keys fit",
}
"""Table → why it stays. Every other one is emptied, also one that a later release adds."""

SAMPLED_TEXTS = """
    SELECT s.tablename, s.attname, format_type(a.atttypid, a.atttypmod)
    FROM pg_stats s
    JOIN pg_class c ON c.relname = s.tablename AND c.relnamespace = s.schemaname::regnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
    WHERE s.schemaname = current_schema() AND s.tablename = ANY(%s)
        AND a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'jsonb'::regtype, 'bytea'::regtype)
        AND NOT EXISTS (
            SELECT FROM pg_depend d
            WHERE d.classid = 'pg_trigger'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum
        )
"""


def begin_erasing(winding: WindingDown) -> bool:
    """Pass the point of no return once the last day is over; from then on every page is the one that stays.

    False where it is not due (`days`), or where it was called off.
    """
    with transaction.atomic():
        due = WindingDown.objects.agreed().filter(due_to_erase(), pk=winding.pk, erasing_at=None)
        if due.update(erasing_at=Now()) != 1:
            return False
        change_group(by=None, changes={"ended_on": clock.today()})
        return True


def erase_everything() -> Iterator[int]:
    """Erase everyone, empty the tables, and rewrite their files; yields how many rows each batch had.

    Does nothing where no one is left. Only for a group that has ended.
    """
    if not _anyone_left():
        return
    for month in months_to_freeze(up_to=clock.today()):
        freeze(month)
    for ask in list(Ask.objects.filter(_with_live_need(), erased_at=None).order_by("pk")):
        with suppress(Ask.DoesNotExist):  # another sweep has emptied the tables meanwhile
            erase_ask(ask, by=SITE)
        yield 1
    for owner in (NEED, ASK, ACCOUNT):
        while count := erase_batch(owner, Q(erased_at=None)):
            yield count
    if empty_tables():
        _delete_files()
        yield 1
        yield from rewrite_what_is_due()


def empty_tables() -> bool:
    """Empty all but `KEPT`, in one transaction; False where someone is not in the ledger yet."""
    with transaction.atomic(), connection.cursor() as cursor:
        if is_anyone_left():
            return False
        statements = connection.ops.sql_flush(no_style(), tables_to_empty())
        for statement in (
            statements * 2
        ):  # triggers of SQLite write down what is deleted, before it is
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            _forget_samples(cursor)
        Rewrite.objects.update(done_at=None)
        return True


def tables_to_empty() -> list[str]:
    """Every table of the database but `KEPT`, in their order."""
    return sorted(set(connection.introspection.table_names()) - KEPT.keys())


def _forget_samples(cursor: CursorWrapper) -> None:
    """Let PostgreSQL's planner forget what it has seen in texts: of an empty table it keeps it for good.

    Only a change of a column's type drops its samples, also to the same type; of an empty table that takes no
    time. Columns that a trigger is about can't be changed so: they hold states and codes.
    """
    cursor.execute(SAMPLED_TEXTS, [tables_to_empty()])
    for table, column, kind in cursor.fetchall():
        name, quoted = connection.ops.quote_name(table), connection.ops.quote_name(column)
        cursor.execute(f"ALTER TABLE {name} ALTER COLUMN {quoted} TYPE {kind}")


def _anyone_left() -> bool:
    return WindingDown.objects.exists() or any(rows_of(owner).exists() for owner in OWNERS)


def _with_live_need() -> Exists:
    return Exists(Need.objects.filter(ask=OuterRef("pk")).exclude(state=NeedState.CLOSED))


def _delete_files() -> None:
    """Copies from before an upgrade, and the mail of a demo. Backups are for who keeps them."""
    delete_all_copies()
    for mail in settings.MAIL_DIR.glob("*.log"):
        mail.unlink(missing_ok=True)
