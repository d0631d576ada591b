"""Invite few, wait, invite more; with nobody left, a coordinator. Sensitive needs are sent by hand only.

The order widens by itself: near and just what is offered first, then farther, then what is close.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from mutualaid.matching.models import Match, NeedSearch
from mutualaid.matching.outreach import acceptance
from mutualaid.matching.outreach.acceptance_rates import rate_of
from mutualaid.matching.outreach.exhaustion import notify_all_invited
from mutualaid.matching.outreach.pacing import Pace, pace_of, quiet_until
from mutualaid.matching.outreach.recipient_preferences import hear_later, wants_no_invitation
from mutualaid.matching.search.invitation_history import NEVER, invitations_of
from mutualaid.matching.states import INVITED
from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from requests_app.access.exclusions import people_kept_from
from requests_app.models import Need
from requests_app.states import Urgency

State = Match.State


def invite_next(need: Need) -> None:
    """Invite as many as make a yes likely enough, and set when to look again.

    Whoever said no, or has not answered in time, makes room for others.
    """
    search = NeedSearch.objects.get(need=need)
    if need.category.sensitive or search.stopped:
        return
    now, pace = timezone.now(), pace_of(need)
    if not pace.day_and_night and (morning := quiet_until(now)):
        _look_again(need, morning)
        return
    invited, waiting = _invited_lately(need, now - pace.wait), _waiting(need)
    later = hear_later(need, [*invited, *waiting])
    for is_later in (True, False):  # who hears later is invited beside: the wave waits for none
        wave = [match for match in invited if (match.offer_id in later) is is_later]
        rest = [match for match in waiting if (match.offer_id in later) is is_later]
        wave += invite(need, _chosen(wave, rest, rate_of(need.category_id), pace), now)
    _go_on(need, search, wave, waiting, pace, now)


def invite(need: Need, matches: Iterable[Match], now: datetime) -> list[Match]:
    """Invite these people, if they were not invited yet; returns the matches of those who are now.

    This is the only way to an invitation, so nobody gets one to an ask that is kept from them.
    """
    kept_from = set(people_kept_from(need.ask).values_list("pk", flat=True))
    allowed = [match for match in matches if match.offer.volunteer_id not in kept_from]
    return [match for match in allowed if _invite(need, match, now)]


def _invite(need: Need, match: Match, now: datetime) -> bool:
    if not Match.objects.filter(pk=match.pk).apply("invite", invited_at=now):
        return False
    match.state, match.invited_at = State.NOTIFIED, now
    key = f"need_fits:{match.pk}:{now:%Y%m%d%H%M%S%f}"
    urgent = need.urgency == Urgency.CRITICAL
    enqueue("need_fits", about_id=match.pk, to=match.offer.volunteer, urgent=urgent, key=key)
    return True


def _invited_lately(need: Need, since: datetime) -> list[Match]:
    return list(need.matches.filter(state__in=INVITED, invited_at__gt=since))


def _waiting(need: Need) -> list[Match]:
    """Who may be invited, best first. They are locked, so that two needs count invitations in turn."""
    waiting = list(
        need.matches.filter(state=State.SUGGESTED)
        .exclude(wants_no_invitation(need))
        .select_related("offer__volunteer")
        .order_by("-score", "pk")
    )
    locked = User.objects.filter(offer__in=[match.offer_id for match in waiting]).order_by("pk")
    list(locked.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    return waiting


def _chosen(invited: list[Match], waiting: list[Match], rate: float, pace: Pace) -> list[Match]:
    """Who was pinned by a coordinator first, then as few others as it takes."""
    past = invitations_of(match.offer_id for match in [*invited, *waiting])

    def person(match: Match, before: int = 0) -> acceptance.Person:
        week = max(0, past.get(match.offer_id, NEVER).week - before)
        return acceptance.Person(
            acceptance.chance(rate, match.acceptance_factor, week), week, match.price
        )

    open_now = [match for match in waiting if pace.may_invite(past.get(match.offer_id, NEVER))]
    pinned = [match for match in open_now if match.pinned]
    chances = [person(match, before=1).chance for match in invited]
    chances += [person(match).chance for match in pinned]
    others = {match.pk: person(match) for match in open_now if not match.pinned}
    chosen = acceptance.whom_to_invite(
        others, invited=acceptance.at_least_one(chances), wanted=pace.sure
    )
    by_pk = {match.pk: match for match in open_now}
    return pinned + [by_pk[pk] for pk in chosen]


def _go_on(
    need: Need,
    search: NeedSearch,
    invited: list[Match],
    waiting: list[Match],
    pace: Pace,
    now: datetime,
) -> None:
    """Look again when the oldest invitation runs out; with nobody invited, a coordinator has it."""
    if invited:
        since = min(match.invited_at for match in invited if match.invited_at)
        _look_again(need, since + pace.wait)
    else:
        nobody = timedelta(hours=current_policy().search_again_hours)
        _look_again(need, now + (pace.wait if waiting else nobody))
    handed_over_at = None if invited else search.handed_over_at or now
    if not invited and not waiting:
        notify_all_invited(need)
    if handed_over_at != search.handed_over_at:
        NeedSearch.objects.filter(pk=search.pk).update(handed_over_at=handed_over_at)


def _look_again(need: Need, at: datetime) -> None:
    Need.objects.filter(pk=need.pk).update(match_due_at=at)
