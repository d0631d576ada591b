from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.notify.outbox import enqueue, notify_team_chat
from mutualaid.policy.current import current_policy
from mutualaid.transitions import StateChanged
from requests_app.actions.sending import announce, end_with_its_day, open_until
from requests_app.lifecycle.actors import NEIGHBOUR, SITE, Actor
from requests_app.lifecycle.transitions import (
    apply_claim_transition,
    lock_need,
    log_event,
    transition,
)
from requests_app.models import Claim, Need
from requests_app.notifications.neighbour import notify_neighbour
from requests_app.states import IN_TOUCH, WAITING, ClaimState


@transaction.atomic
def report_in_touch(claim: Claim, *, by: Actor) -> None:
    """The volunteer got in touch: nobody has to remind them of that any more."""
    lock_need(claim.need)
    apply_claim_transition(claim, "contact", silent_since=Now(), reminded_at=None)
    log_event(claim.need, "contact", by=by)


@transaction.atomic
def agree_on_day(claim: Claim, *, day: date, by: Actor) -> None:
    """Volunteer and neighbour agreed on a day; it may be changed for another."""
    lock_need(claim.need)
    after = _morning_after(day)
    apply_claim_transition(
        claim, "schedule", scheduled_for=day, silent_since=after, reminded_at=None
    )
    log_event(claim.need, "schedule", by=by)


@transaction.atomic
def lapse_claim(claim: Claim) -> None:
    """Nothing was heard in time: the need is open again, without blame."""
    with transition(claim.need, "lapse", by=SITE):
        apply_claim_transition(claim, "lapse")
    enqueue("claim_lapsed", about_id=claim.pk, to=claim.volunteer)
    notify_neighbour("need_reopened", claim.need, about_id=claim.pk)
    notify_team_chat("team_chat_lapsed", claim.need_id, key=f"team_chat_lapsed:{claim.pk}")
    announce(claim.need)


@transaction.atomic
def keep_open(need: Need) -> None:
    """The neighbour still needs it: it stays open as long as a new one.

    Raises `StateChanged`, also for an occurrence of a series, which ends with its day.
    """
    lock_need(need)
    waiting = Need.objects.filter(pk=need.pk, state__in=WAITING, series=None)
    until = open_until(need.category)
    if waiting.update(open_until=until, warned_at=None, needed_by=None) != 1:
        raise StateChanged("extend")
    need.refresh_from_db(fields=["state", "open_until", "warned_at", "needed_by"])
    log_event(need, "extend", by=NEIGHBOUR)


@transaction.atomic
def expire_need(need: Need) -> None:
    """Nobody was found in time, and the neighbour did not say that it is still needed.

    Whose day came before they could say so is asked first, and is looked for so long; an occurrence
    of a series ends with its day.

    Raises `StateChanged` when it does not wait any more.
    """
    notice = timedelta(hours=current_policy().expiry_notice_hours)
    asked = need.warned_at is not None and need.warned_at < timezone.now() - notice
    if need.series_id or asked:
        end_with_its_day(need)
        return
    lock_need(need)
    until = timezone.now() + notice
    waiting = Need.objects.filter(pk=need.pk, state__in=WAITING)
    if waiting.update(needed_by=None, open_until=until) != 1:
        raise StateChanged("expire")
    need.refresh_from_db()
    log_event(need, "extend", by=SITE)
    if not need.warned_at:
        warn(need)


@transaction.atomic
def close_unconfirmed(claim: Claim) -> None:
    """Done, and the neighbour never said whether it arrived: closed, and not counted as helped."""
    with transition(claim.need, "close_unconfirmed", by=SITE):
        apply_claim_transition(claim, "close_unconfirmed")


@transaction.atomic
def ask_again(claim: Claim) -> None:
    """Ask the neighbour once more whether it arrived: one message for all who said it is done."""
    done = claim.need.claims.filter(state=ClaimState.DELIVERED, reminded_again_at=None)
    if done.update(reminded_again_at=Now()):
        notify_neighbour("need_followup", claim.need, about_id=claim.pk)


@transaction.atomic
def warn(need: Need) -> None:
    """Tell the neighbour that their need ends soon, and how to keep it open; look for people once more."""
    Need.objects.filter(pk=need.pk).update(warned_at=Now(), match_due_at=Now())
    key = f"need_expiring:{need.pk}:{need.ends_at}"
    notify_neighbour("need_expiring", need, about_id=need.pk, key=key)


@transaction.atomic
def remind(claim: Claim, *, due: QuerySet[Claim]) -> None:
    """Ask a volunteer of whom we have not heard: one message for all of theirs among `due`.

    Who is in touch with all of their neighbours is asked how it went, the others are reminded to be.
    """
    theirs = due.filter(volunteer=claim.volunteer).order_by("pk").select_for_update(of=("self",))
    late = list(theirs)
    if Claim.objects.filter(pk__in=[one.pk for one in late]).update(reminded_at=Now()):
        in_touch = all(one.state in IN_TOUCH for one in late)
        kind = "claim_progress" if in_touch else "claim_reminder"
        key = f"{kind}:{claim.pk}:{claim.silent_since or '-'}"
        enqueue(kind, about_id=claim.pk, to=claim.volunteer, key=key)


def _morning_after(day: date) -> datetime:
    """When people are up again on the day after, where the group is."""
    morning = datetime.combine(day + timedelta(days=1), time(current_policy().digest_hour))
    return timezone.make_aware(morning)
