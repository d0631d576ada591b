"""When everyone who fits was invited: all sides are told, and who kept silent is invited once more."""

from datetime import timedelta

from django.utils import timezone

from mutualaid.matching.models import Match, NeedSearch
from mutualaid.matching.outreach.pacing import pace_of
from mutualaid.matching.states import INVITED
from mutualaid.notify.models import Notification
from mutualaid.notify.outbox import GATHERED, notify_team_chat
from mutualaid.policy.current import current_policy
from requests_app import rules
from requests_app.models import Need
from requests_app.notifications.neighbour import ask_whether_to_go_on


def invite_the_silent_again(need: Need) -> None:
    """A day after the last wave, or on the last day of the need: once in the time it is open.

    Whoever has not answered may be invited again. Who is thinking about it is left in peace.
    """
    search = NeedSearch.objects.filter(
        need=need, stopped=False, handed_over_at__isnull=False
    ).first()
    if search is None or search.second_round_before == need.ends_at:
        return
    now = timezone.now()
    a_day_ago = now - timedelta(hours=current_policy().search_again_hours)
    if need.warned_at or (search.handed_over_at and search.handed_over_at <= a_day_ago):
        silent = need.matches.filter(invited_at__lte=now - pace_of(need).wait)
        silent.apply("invite_again")
        NeedSearch.objects.filter(pk=search.pk).update(second_round_before=need.ends_at)


def notify_all_invited(need: Need) -> None:
    """The neighbour hears of it, and the coordinators' team chat; once in the time the need is open.

    The neighbour is not told where they are asked the same anyway, within a day, because the need ends
    soon; nor of an occurrence of a series, which ends with its day and cannot be kept open.
    """
    asked = need.matches.exclude(invited_at=None)
    if not asked.exists() or _some_hear_later(need):
        return
    notify_team_chat(
        "team_chat_all_invited", need.pk, key=f"team_chat_all_invited:{need.pk}:{need.ends_at}"
    )
    soon = timezone.now() + 2 * timedelta(hours=current_policy().expiry_notice_hours)
    if rules.can_keep_open(need) and need.ends_at > soon and not need.warned_at:
        ask_whether_to_go_on(need)


def _some_hear_later(need: Need) -> bool:
    """Whether someone who was invited has not heard of it yet, for they hear of all together."""
    asked = Match.objects.filter(need=need, state__in=INVITED).values("offer__volunteer")
    held = Notification.objects.filter(kind=GATHERED, state=Notification.State.WAITING)
    return held.filter(recipient__in=asked).exists()
