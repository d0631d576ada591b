"""Who would hear of an invitation at once, who later together with others, and who not at all."""

from collections.abc import Iterable

from django.db.models import Q

from mutualaid.matching.models import Match
from mutualaid.notify.models import Preferences
from requests_app.models import Need
from requests_app.states import Urgency


def wants_no_invitation(need: Need) -> Q:
    """Matches of people who wish to be invited to nothing. They find the need on their page."""
    theirs = "offer__volunteer__preferences__"
    nowhere = Q(**{f"{theirs}ways__invitations": []})
    if need.urgency == Urgency.CRITICAL:
        nowhere &= Q(**{f"{theirs}ways__urgent": []})
    return nowhere | Q(**{f"{theirs}max_invitations_per_week": 0})


def hear_later(need: Need, matches: Iterable[Match]) -> set[int]:
    """The offers among these whose people hear of all invitations of a day or a week in one message.

    What is needed today everybody hears at once.
    """
    if need.urgency == Urgency.CRITICAL:
        return set()
    gather = Preferences.objects.exclude(pace=Preferences.Pace.AT_ONCE)
    theirs = gather.filter(user__offer__in=[match.offer_id for match in matches])
    return set(theirs.values_list("user__offer", flat=True))
