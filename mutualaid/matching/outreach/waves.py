"""Ask few, wait, ask more; with nobody left, a coordinator. Sensitive needs are asked by hand only.

The order widens by itself: near and just what is offered first, then farther, then what is close.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from mutualaid.matching.models import Match, NeedSearch
from mutualaid.matching.outreach import acceptance
from mutualaid.matching.outreach.acceptance_rates import rate_of
from mutualaid.matching.outreach.exhaustion import tell_that_all_were_asked
from mutualaid.matching.outreach.pacing import Pace, pace_of, quiet_until
from mutualaid.matching.outreach.recipient_preferences import hear_later, wants_no_ask
from mutualaid.matching.search.invitation_history import NEVER, asks_of
from mutualaid.matching.states import ASKED
from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import User
from requests_app.models import Need
from requests_app.states import Urgency

State = Match.State


def ask_next(need: Need) -> None:
    """Ask as many as make a yes likely enough, and set when to look again.

    Whoever said no, or has not answered in time, makes room for others.
    """
    search = NeedSearch.objects.get(need=need)
    if need.category.sensitive or search.stopped:
        return
    now, pace = timezone.now(), pace_of(need)
    if not pace.day_and_night and (morning := quiet_until(now)):
        _look_again(need, morning)
        return
    asked, waiting = _asked_lately(need, now - pace.wait), _waiting(need)
    later = hear_later(need, [*asked, *waiting])
    for is_later in (True, False):  # those who hear later are asked beside: the wave waits for none
        wave = [match for match in asked if (match.offer_id in later) is is_later]
        rest = [match for match in waiting if (match.offer_id in later) is is_later]
        for match in _chosen(wave, rest, rate_of(need.category_id), pace):
            ask(match, now)
            wave.append(match)
    _go_on(need, search, wave, waiting, pace, now)


def ask(match: Match, now: datetime | None = None) -> bool:
    """Ask one person, if she was not asked yet; returns whether she is asked now."""
    now = now or timezone.now()
    if not Match.objects.filter(pk=match.pk).move("ask", asked_at=now):
        return False
    match.state, match.asked_at = State.NOTIFIED, now
    key = f"need_fits:{match.pk}:{now:%Y%m%d%H%M%S%f}"
    urgent = match.need.urgency == Urgency.CRITICAL
    enqueue("need_fits", about_id=match.pk, to=match.offer.volunteer, urgent=urgent, key=key)
    return True


def _asked_lately(need: Need, since: datetime) -> list[Match]:
    return list(need.matches.filter(state__in=ASKED, asked_at__gt=since))


def _waiting(need: Need) -> list[Match]:
    """Who may be asked, best first. They are held, so that two needs count asks in turn."""
    waiting = list(
        need.matches.filter(state=State.SUGGESTED)
        .exclude(wants_no_ask(need))
        .select_related("offer__volunteer")
        .order_by("-score", "pk")
    )
    held = User.objects.filter(offer__in=[match.offer_id for match in waiting]).order_by("pk")
    list(held.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    return waiting


def _chosen(asked: list[Match], waiting: list[Match], rate: float, pace: Pace) -> list[Match]:
    """Who was pinned by a coordinator first, then as few others as it takes."""
    past = asks_of(match.offer_id for match in [*asked, *waiting])

    def person(match: Match, before: int = 0) -> acceptance.Person:
        asks = max(0, past.get(match.offer_id, NEVER).week - before)
        return acceptance.Person(acceptance.chance(rate, match.ease, asks), asks, match.price)

    open_now = [match for match in waiting if pace.may_ask(past.get(match.offer_id, NEVER))]
    pinned = [match for match in open_now if match.pinned]
    sure = [person(match, before=1).chance for match in asked] + [
        person(match).chance for match in pinned
    ]
    others = {match.pk: person(match) for match in open_now if not match.pinned}
    chosen = acceptance.whom_to_ask(others, asked=acceptance.of_any(sure), wanted=pace.sure)
    by_pk = {match.pk: match for match in open_now}
    return pinned + [by_pk[pk] for pk in chosen]


def _go_on(
    need: Need,
    search: NeedSearch,
    asked: list[Match],
    waiting: list[Match],
    pace: Pace,
    now: datetime,
) -> None:
    """Look again when the oldest ask runs out; with nobody asked, a coordinator has it meanwhile."""
    if asked:
        since = min(match.asked_at for match in asked if match.asked_at)
        _look_again(need, since + pace.wait)
    else:
        nobody = timedelta(hours=settings.LOOK_AGAIN_HOURS)
        _look_again(need, now + (pace.wait if waiting else nobody))
    handed_over_at = None if asked else search.handed_over_at or now
    if not asked and not waiting:
        tell_that_all_were_asked(need)
    if handed_over_at != search.handed_over_at:
        NeedSearch.objects.filter(pk=search.pk).update(handed_over_at=handed_over_at)


def _look_again(need: Need, at: datetime) -> None:
    Need.objects.filter(pk=need.pk).update(match_due_at=at)
