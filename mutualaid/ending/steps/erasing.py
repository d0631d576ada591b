"""On the last day: write down the numbers, erase everyone, and empty every table but what stays of the group.

What stays says nothing about anyone. Each step may be run again: what is erased already is not there.
"""

import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from django.conf import settings
from django.core.management.color import no_style
from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.ending.models import WindingDown
from mutualaid.ending.steps.days import due_to_erase, is_anyone_left
from mutualaid.group.actions import change_group
from mutualaid.group.erased_file import forget_erased, note_erased
from mutualaid.group.models import GroupProfile
from mutualaid.group.texts import VALUES
from mutualaid.matching.models import BacklogChange
from mutualaid.numbers.freezing import freeze, months_to_freeze
from mutualaid.partners.delivery import people_to_forget
from mutualaid.retention.copies import delete_all_copies
from mutualaid.retention.models import Rewrite
from mutualaid.retention.rewriting import rewrite_what_is_due
from mutualaid.retention.samples import forget_samples
from mutualaid.retention.sweep import erase_batch
from mutualaid.retention.terms import ACCOUNT, ASK, NEED
from mutualaid.statements.triggers import lifted
from requests_app.actions import erase_ask
from requests_app.lifecycle.actors import SITE
from requests_app.models import Ask, live_needs

KEPT = {
    "django_migrations": "the tables are there",
    "django_content_type": "names of tables",
    "auth_permission": "names of permissions",
    "group_groupprofile": "the page that stays: name, last words, and the two days",
    "group_grouplogo": "its face",
    "numbers_month": "the numbers",
    "numbers_monthpart": "the numbers",
    "numbers_monthmoney": "the numbers",
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

LAST_WORDS = "winding_down"
"""The one text that stays: it says where neighbours turn now."""
REFILLED = {
    "matching_backloglease",
    "matching_backlogrun",
    "matching_calendarmark",
    "record_recordcheck",
}
"""What tasks write that go on, about no one: it is emptied with the rest, but no reason to empty again."""
LOCKS_WAIT = "3s"
"""So long pages may queue behind the emptying, where it has to wait itself."""
log = logging.getLogger(__name__)


def begin_erasing(winding: WindingDown) -> bool:
    """Pass the point of no return once the last day is over; from then on every page is the one that stays.

    False where it is not due (`days`), or where it was called off.
    """
    with transaction.atomic():
        due = WindingDown.objects.agreed().filter(due_to_erase(), pk=winding.pk, erasing_at=None)
        if due.update(erasing_at=Now()) != 1:
            return False
        end_group(winding.erases_on, clock.today())
        return True


def end_group(ends_on: date, ended_on: date) -> None:
    """Let every page be the one that stays, of which no one reads how to reach the group any more."""
    words = {name: "" for name, (text, _code) in VALUES.items() if text != LAST_WORDS}
    days = {"ends_on": ends_on, "ended_on": ended_on}
    change_group(by=None, changes={"phone": "", "email": ""} | words | days)
    forget_erased()


def erase_everything() -> Iterator[int]:
    """Erase everyone, empty the tables, and rewrite their files; yields how many rows each batch had.

    While another group is still to be told to forget someone, its address and our key stay: two weeks at
    most (`partners.delivery`). Also later, where a page that was under way wrote something after all was
    empty. Only for a group that has ended.
    """
    _delete_files()
    if is_anything_left():
        yield from _erase_everyone()
        if not people_to_forget():
            yield int(empty_tables())
    if not is_anyone_left() and not WindingDown.objects.exists():
        note_erased(clock.today())
    yield from rewrite_what_is_due()


def _erase_everyone() -> Iterator[int]:
    for month in months_to_freeze(up_to=clock.today()):
        freeze(month)
    for ask in list(Ask.objects.filter(_with_live_need(), erased_at=None).order_by("pk")):
        with suppress(Ask.DoesNotExist):  # another sweep has emptied the tables meanwhile
            erase_ask(ask, by=SITE)
        yield 1
    for owner in (NEED, ASK, ACCOUNT):
        while count := erase_batch(owner, Q(erased_at=None)):
            yield count


def is_anything_left() -> bool:
    """Whether a table that is to be empty holds a row that is not about the site's own tasks."""
    tables = [
        connection.ops.quote_name(table) for table in tables_to_empty() if table not in REFILLED
    ]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608  a table of ours
            if cursor.fetchone():
                return True
    return False


def empty_tables() -> bool:
    """Empty all but `KEPT`, in one transaction.

    False where someone is not in the ledger yet, and where something else is in the way for long: the next
    sweep tries again.
    """
    try:
        return _empty_tables()
    except OperationalError as error:
        log.warning("not emptied, tried again later", extra={"error": type(error).__name__})
        return False


@transaction.atomic
def _empty_tables() -> bool:
    """Of two at once the second waits at its first statement, for later ones could close a ring.

    The triggers go and come back: they write down what is deleted, and hold columns as they are.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCKS_WAIT])
        GroupProfile.objects.select_for_update().get()
        if is_anyone_left():
            return False
        with lifted(connection.alias):
            for statement in connection.ops.sql_flush(no_style(), tables_to_empty()):
                cursor.execute(statement)
            if connection.vendor == "postgresql":
                forget_samples(cursor, tables_to_empty(), keys_too=True)
        BacklogChange.objects.all().delete()
        Rewrite.objects.update(done_at=None)
        return True


def tables_to_empty() -> list[str]:
    """Every table of the database but `KEPT`, in their order."""
    return sorted(set(connection.introspection.table_names()) - KEPT.keys())


def _with_live_need() -> Exists:
    return Exists(live_needs().filter(ask=OuterRef("pk")))


def _delete_files() -> None:
    """Copies from before an upgrade, and the mail of a demo. Backups are for who keeps them."""
    delete_all_copies()
    for mail in settings.MAIL_DIR.glob("*.log"):
        mail.unlink(missing_ok=True)
