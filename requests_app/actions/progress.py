"""What becomes of a claim or a need while it waits: reports, reminders, and what the clock does.

Functions that the sweep calls (`scheduled.py`) are called with the row locked and still due.
"""

from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid import clock
from mutualaid.local_time import week_of
from mutualaid.notify.outbox import enqueue, enqueue_all, notify_team_chat
from mutualaid.policy.current import current_policy
from mutualaid.transitions import StateChanged
from requests_app.actions.claiming import move_to_week
from requests_app.actions.sending import announce_all, close_as_expired, open_until
from requests_app.lifecycle.actors import NEIGHBOUR, SITE, Actor
from requests_app.lifecycle.transitions import (
    apply_claim_transition,
    lock_need,
    log_event,
    transition,
)
from requests_app.models import Claim, Need
from requests_app.notifications.neighbour import (
    notify_neighbour,
    told_of_claims,
    told_to_volunteers,
)
from requests_app.states import IN_TOUCH, WAITING, ClaimState

Row = TypeVar("Row", Need, Claim)


@transaction.atomic
def report_in_touch(claim: Claim, *, by: Actor) -> None:
    """The volunteer got in touch with the neighbour and need not be reminded of that any more.

    Raises `StateChanged` if they had said so already, or the claim is over.
    """
    lock_need(claim.need)
    apply_claim_transition(claim, "contact", silent_since=Now(), reminded_at=None)
    log_event(claim.need, "contact", by=by)


@transaction.atomic
def agree_on_day(claim: Claim, *, day: date, at: time | None = None, by: Actor) -> None:
    """Note the day and time on which volunteer and neighbour agreed, also instead of earlier ones.

    The neighbour is told, unless it is what they agreed on already. Raises `StateChanged` if the claim is
    not on the way any more.
    """
    lock_need(claim.need)
    claim.refresh_from_db(fields=["scheduled_for", "scheduled_time"])
    is_new = (claim.scheduled_for, claim.scheduled_time) != (day, at)
    apply_claim_transition(
        claim,
        "schedule",
        scheduled_for=day,
        scheduled_time=at,
        silent_since=_morning_after(day),
        reminded_at=None,
    )
    move_to_week(Claim.objects.filter(pk=claim.pk), week_of(day))
    if is_new:
        event = log_event(claim.need, "schedule", by=by)
        key = f"need_agreed:{event.pk}"
        notify_neighbour("need_agreed", claim.need, about_id=claim.pk, key=key)


@transaction.atomic
def lapse_claim(claim: Claim, *, due: QuerySet[Claim] | None = None) -> None:
    """End a claim of whose volunteer we have not heard in time: the need is open again.

    With it end their other claims to the same ask among `due`, so that both sides hear of them together.
    Raises `StateChanged` if one of them is not on the way any more.
    """
    others = _unlocked(
        due, of=("self", "need"), volunteer=claim.volunteer_id, need__ask=claim.need.ask_id
    )
    lapsed = [claim, *(other for other in others if other != claim)]
    for one in lapsed:
        with transition(one.need, "lapse", by=SITE):
            apply_claim_transition(one, "lapse")
        notify_team_chat("team_chat_lapsed", one.need_id, key=f"team_chat_lapsed:{one.pk}")
    Claim.objects.filter(pk__in=[one.pk for one in lapsed]).update(ended_at=Now())
    told = told_to_volunteers("claim_lapsed", lapsed)
    enqueue_all([*told, *told_of_claims("need_reopened", lapsed)])
    announce_all([one.need for one in lapsed])


@transaction.atomic
def keep_open(need: Need) -> None:
    """The neighbour still needs it: it stays open as long as a new one, without its day.

    Raises `StateChanged` if it is neither open nor in triage, and for an occurrence of a series, which
    ends with its day.
    """
    lock_need(need)
    waiting = Need.objects.filter(pk=need.pk, state__in=WAITING, series=None)
    until = open_until(need.category)
    if waiting.update(open_until=until, warned_at=None, needed_by=None) != 1:
        raise StateChanged("extend")
    need.refresh_from_db(fields=["state", "open_until", "warned_at", "needed_by"])
    log_event(need, "extend", by=NEIGHBOUR)


@transaction.atomic
def expire_need(need: Need, *, due: QuerySet[Need] | None = None) -> None:
    """Close a need for which no one was found in time, and those of its ask among `due` that may end too.

    If its neighbour has not yet had `expiry_notice_hours` to say that it is still needed, because its
    day came first, it stays open for so long and they are asked. An occurrence of a series is closed at
    once. Raises `StateChanged` if it is neither open nor in triage.
    """
    notice = timedelta(hours=current_policy().expiry_notice_hours)

    def may_end(one: Need) -> bool:
        had_notice = one.warned_at is not None and one.warned_at < clock.now() - notice
        return one.series_id is not None or had_notice

    if may_end(need):
        others = _unlocked(due, ask=need.ask_id)
        close_as_expired([need, *(one for one in others if one != need and may_end(one))])
        return
    lock_need(need)
    until = clock.now() + notice
    waiting = Need.objects.filter(pk=need.pk, state__in=WAITING)
    if waiting.update(needed_by=None, open_until=until) != 1:
        raise StateChanged("expire")
    need.refresh_from_db()
    log_event(need, "extend", by=SITE)
    if not need.warned_at:
        warn(need)


@transaction.atomic
def close_unconfirmed(claim: Claim) -> None:
    """End a claim that was said to be done but never confirmed; it does not count as help.

    Raises `StateChanged` if it is not in that state any more.
    """
    with transition(claim.need, "close_unconfirmed", by=SITE):
        apply_claim_transition(claim, "close_unconfirmed")


@transaction.atomic
def ask_again(claim: Claim) -> None:
    """Ask the neighbour again whether it arrived, once for all claims of the need that are due."""
    done = claim.need.claims.filter(state=ClaimState.DELIVERED, reminded_again_at=None)
    if done.update(reminded_again_at=Now()):
        notify_neighbour("need_followup", claim.need, about_id=claim.pk)


@transaction.atomic
def warn(need: Need, *, due: QuerySet[Need] | None = None) -> None:
    """Ask the neighbour whether a need that ends soon is still needed, and match it once more.

    In the same message they are asked about those of their ask among `due`.
    """
    others = _unlocked(due, ask=need.ask_id, held_back=need.held_back)
    asked_about = Need.objects.filter(pk__in={need.pk, *(one.pk for one in others)})
    asked_about.update(warned_at=Now(), match_due_at=Now())
    key = f"need_expiring:{need.pk}:{need.ends_at}"
    notify_neighbour("need_expiring", need, about_id=need.pk, key=key)


@transaction.atomic
def remind(claim: Claim, *, due: QuerySet[Claim]) -> None:
    """Remind the volunteer of a claim, with one message for all of their claims among `due`.

    Those in touch with all of their neighbours are asked how it went, others to get in touch.
    """
    own_due = due.filter(volunteer=claim.volunteer).order_by("pk").select_for_update(of=("self",))
    reminded = list(own_due)
    if Claim.objects.filter(pk__in=[row.pk for row in reminded]).update(reminded_at=Now()):
        all_in_touch = all(row.state in IN_TOUCH for row in reminded)
        kind = "claim_progress" if all_in_touch else "claim_reminder"
        key = f"{kind}:{claim.pk}:{claim.silent_since or '-'}"
        enqueue(kind, about_id=claim.pk, to=claim.volunteer, key=key)


def _unlocked(
    due: QuerySet[Row] | None, *, of: tuple[str, ...] = ("self",), **alike: object
) -> list[Row]:
    """Lock and return the rows of `due` that are alike; without those that someone else has locked.

    Waiting for these, with a row locked already, could be a deadlock. They have their turn on their own.
    """
    if due is None:
        return []
    return list(due.filter(**alike).order_by("pk").select_for_update(of=of, skip_locked=True))


def _morning_after(day: date) -> datetime:
    """The hour of the policy's `digest_hour` on the day after, in the group's time zone."""
    morning = datetime.combine(day + timedelta(days=1), time(current_policy().digest_hour))
    return timezone.make_aware(morning)
