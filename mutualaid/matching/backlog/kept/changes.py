"""What to read again: what triggers told, and what time alone has changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from mutualaid.matching.backlog.load import INVITED_DAYS, open_needs
from mutualaid.matching.models import BacklogChange, BacklogLease, Match
from mutualaid.matching.scoring import CONFIRMED_DAYS
from mutualaid.policy.current import current_policy
from offers_app.models import Offer
from requests_app.models import AccessLogEntry, Need

MOST_TOLD, MOST_IDS = 100_000, 20_000
"""Where more rows were told, or more needs or offers, reading everything is no slower."""


@dataclass(frozen=True)
class Changes:
    needs: set[int]
    offers: set[int]


@transaction.atomic
def take_in_changes(keeper: str) -> Changes | None:
    """Return what triggers told since this process took it in last, and let no other do the same after it.

    None where it may be anything: another took something in, too much was told, or a row says so. `keeper` is
    the name of this process. What is told from now on waits for the next time.
    """
    was_keeper = BacklogLease.objects.give_to_keep(keeper)
    if not was_keeper or BacklogChange.objects.count() > MOST_TOLD:
        _run("DELETE FROM matching_backlogchange")
        return None
    rows = _run("DELETE FROM matching_backlogchange RETURNING need_id, offer_id")
    needs = {need for need, _ in rows if need is not None}
    offers = {offer for _, offer in rows if offer is not None}
    if BacklogChange.VEILED in needs:
        needs |= _needs_of_veiled_asks()
    is_anything = (None, None) in rows or max(len(needs), len(offers)) > MOST_IDS
    return None if is_anything else Changes(needs, offers)


def _run(statement: str) -> list[tuple[int | None, int | None]]:
    """One statement: rows that others add meanwhile are neither returned nor deleted."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall()) if "RETURNING" in statement else []


def offers_by_time(since: datetime, now: datetime) -> set[int]:
    """The ids of offers whose invitations, confirmation or first contacts have got too old to count."""
    invited = Match.objects.filter(_passed("invited_at", INVITED_DAYS, since, now))
    confirmed = Offer.objects.filter(_passed("confirmed_at", CONFIRMED_DAYS, since, now))
    days = current_policy().newcomer_contact_days
    looked = AccessLogEntry.objects.filter(_passed("at", days, since, now), by__offer__isnull=False)
    return {
        *invited.values_list("offer", flat=True),
        *confirmed.values_list("pk", flat=True),
        *looked.values_list("by__offer", flat=True),
    }


def counts() -> tuple[int, int]:
    """How many needs are open, and how many offers active: where triggers were off, these tell."""
    return open_needs().count(), Offer.objects.active().count()


def _passed(column: str, days: int, since: datetime, now: datetime) -> Q:
    ago = timedelta(days=days)
    return Q((f"{column}__gte", since - ago), (f"{column}__lt", now - ago))


def _needs_of_veiled_asks() -> set[int]:
    veiled = Q(ask__veiled=True) | Q(ask__merged__veiled=True)
    return set(Need.objects.open().filter(veiled).values_list("pk", flat=True))
