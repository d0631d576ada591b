"""What fits from now on because time has passed or something was given up, and no one looked at it yet.

Each sweep looks at the time since the one before, and at what triggers wrote meanwhile. A pause that is over
is ended by `offers_app`.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid import clock
from mutualaid.local_time import week_of
from mutualaid.matching.models import CalendarMark, Match, Recheck, Refusal
from mutualaid.matching.states import INVITED
from mutualaid.policy.current import current_policy
from offers_app.models import Offer
from requests_app.access.exclusions import pairs_kept_apart
from requests_app.models import AccessLogEntry, Claim, Need
from requests_app.newcomers import VOLUNTEER
from requests_app.states import Urgency

AT_ONCE = 1_000
LATER = Q(match_due_at=None) | Q(match_due_at__gt=Now())


def make_due() -> None:
    """Make due the offers that are free again since the last look, and the needs that more people fit now."""
    _do_rechecks()
    now = clock.now()
    before = CalendarMark.objects.move_to(now)
    if before is not None:
        _let_time_pass(before, now)


def _do_rechecks() -> None:
    """Make due what triggers asked for. A row is deleted last: if this ends before, it is done again."""
    while rows := list(Recheck.objects.order_by("pk")[:AT_ONCE]):
        people = {row.person_id for row in rows if row.person_id}
        needs = {row.need_id for row in rows if row.need_id}
        areas = {row.locality_id for row in rows if row.locality_id}
        is_for_everyone = any(not (row.person_id or row.need_id or row.locality_id) for row in rows)
        _end_what_is_kept_from_them(needs, people)
        _needs_due(Q() if is_for_everyone else Q(pk__in=needs) | Q(locality__in=areas))
        there = Offer.localities.through.objects.filter(locality__in=areas)
        _offers_due(Q(volunteer__in=people) | Q(pk__in=there.values("offer")))
        Recheck.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _end_what_is_kept_from_them(needs: Collection[int], people: Collection[int]) -> None:
    """End the invitations to these needs, and of these people, where the need is kept from them by now.

    Our actions do so at once: this finds what was written without them.
    """
    theirs = Q(need__in=needs) | Q(offer__volunteer__in=people)
    invited = Match.objects.filter(theirs, state__in=INVITED)
    rows = list(invited.values_list("pk", "need", "offer__volunteer"))
    if rows:
        apart = pairs_kept_apart(Need.objects.filter(pk__in=[need for _, need, _ in rows]))
        kept = [pk for pk, need, person in rows if (need, person) in apart]
        Match.objects.filter(pk__in=kept).apply("supersede")


def _let_time_pass(before: datetime, now: datetime) -> None:
    """Make due what `now` frees since `before`.

    A new week has begun and people had tasks in the one before, what they ruled out up to a day counts no
    longer, or they may see how to reach another neighbour. What is for today has other hours on another day.
    """
    first, today = timezone.localdate(before), timezone.localdate(now)
    weeks = Claim.objects.filter(week__gte=week_of(first), week__lt=week_of(today))
    refusals = Refusal.objects.filter(until__gte=first, until__lt=today)
    looks = _looks_grown_old(before, now)
    _offers_due(
        Q(volunteer__in=weeks.values("volunteer"))
        | Q(pk__in=refusals.values("offer"))
        | Q(volunteer__in=looks.values("by"))
    )
    if first < today:
        _needs_due(Q(urgency=Urgency.CRITICAL))


def _looks_grown_old(before: datetime, now: datetime) -> QuerySet[AccessLogEntry]:
    """Looks of volunteers whose `newcomer_contact_days` have passed in this time."""
    days = timedelta(days=current_policy().newcomer_contact_days)
    looks = AccessLogEntry.objects.filter(by_kind=VOLUNTEER, by__isnull=False)
    return looks.filter(at__gt=before - days, at__lte=now - days)


def _needs_due(which: Q) -> None:
    _due(Need.objects.open().filter(which))


def _offers_due(which: Q) -> None:
    _due(Offer.objects.active().filter(which))


@transaction.atomic
def _due(rows: "QuerySet[Need] | QuerySet[Offer]") -> None:
    """Lock them by id, as those do who match offers, so that no two wait for each other."""
    later = rows.filter(LATER).order_by("pk").select_for_update(no_key=True, of=("self",))
    ids = list(later.values_list("pk", flat=True))
    rows.model._default_manager.filter(pk__in=ids).update(match_due_at=Now())
