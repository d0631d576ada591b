"""A group that winds down: the two who decide it, and its days without waiting for them."""

from collections.abc import Iterable
from datetime import timedelta

from django.core import mail
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.ending.actions import COPY_DAYS, NOTICE_DAYS, agree, propose
from mutualaid.ending.models import WindingDown
from mutualaid.ending.sweep import sweep_winding_down
from mutualaid.group.actions import change_group
from mutualaid.notify.models import Notification
from mutualaid.people.models import User
from requests_app.actions.sending import ContactDetails
from requests_app.models import Need

BEA = ContactDetails(name="Bea", email="bea@example.org", channels="email")
EVERYONE = ("group_ends", "group_ends_ask")
GO_ON = ("group_goes_on", "group_goes_on_ask")


def fresh(need: Need) -> Need:
    return Need.objects.get(pk=need.pk)


def to_everyone() -> list[str]:
    """The subjects of what was sent, without what those who decide are told of each step."""
    subjects = ("We are winding down", "We go on after all")
    return [message.subject for message in mail.outbox if message.subject in subjects]


def proposed(by: User, *, closes_in: int = 10, erases_in: int = 30) -> WindingDown:
    """Proposed by someone of the team, its two days so many days from now."""
    today = timezone.localdate()
    return propose(
        by=by,
        closes_on=today + timedelta(days=closes_in),
        erases_on=today + timedelta(days=erases_in),
    )


def agreed(by: User, and_by: User, **days: int) -> WindingDown:
    """Proposed by one and agreed to by the other."""
    winding = proposed(by, **days)
    agree(winding, by=and_by)
    return winding


def the_day_comes(winding: WindingDown, *, closes: bool = False, erases: bool = False) -> None:
    """Let it be the day after that of closing, or after that of erasing, with all done in time."""
    if closes:
        _lie_back(winding, told=NOTICE_DAYS, closes=1, erases=-20)
    if erases:
        _lie_back(winding, told=NOTICE_DAYS + COPY_DAYS, closes=COPY_DAYS + 1, erases=1)
        if winding.called_off_at is None and winding.closed_at is None:
            sweep()
        WindingDown.objects.filter(pk=winding.pk, closed_at__isnull=False).update(
            closed_at=Now() - timedelta(days=COPY_DAYS)
        )
    winding.refresh_from_db()


def _lie_back(winding: WindingDown, *, told: int, closes: int, erases: int) -> None:
    """Let its days be so many days ago, and everyone told so long ago, where they are told."""
    today = timezone.localdate()
    rows = WindingDown.objects.filter(pk=winding.pk)
    rows.update(closes_on=today - timedelta(days=closes), erases_on=today - timedelta(days=erases))
    rows.filter(told_at__isnull=False).update(told_at=Now() - timedelta(days=told))
    winding.refresh_from_db()


def sweep() -> int:
    """One whole sweep; how many rows its batches had."""
    return sum(sweep_winding_down())


def told(*kinds: str) -> list[tuple[str, int]]:
    """(kind, about whom) of each message of these kinds that was not cancelled."""
    rows = Notification.objects.filter(kind__in=kinds).exclude(state="cancelled")
    return sorted(rows.values_list("kind", "about_id"))


def ended(by: User, and_by: User) -> None:
    """The whole way at once: afterwards the group has ended, and everyone is erased."""
    winding = agreed(by, and_by)
    sweep()
    the_day_comes(winding, erases=True)
    sweep()


def rows_in(tables: Iterable[str]) -> dict[str, int]:
    """How many rows each of these tables has, without those that have none."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")
            (found[table],) = cursor.fetchone()
    return {table: rows for table, rows in found.items() if rows}


def says(words: str) -> None:
    """Let the group say this when it winds down, in English."""
    change_group(by=None, changes={"winding_down_en": words})
