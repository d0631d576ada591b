"""What a volunteer rules out with a no: they are not matched with it until they take it back."""

from datetime import timedelta

from django.db.models import QuerySet

from mutualaid.matching.models import Match, Refusal
from mutualaid.matching.states import DeclineReason
from mutualaid.people.models import User
from requests_app.models import Need

SIX_DAYS = timedelta(days=6)


def rule_out(match: Match) -> None:
    """Store what the reason of a declined match rules out, and delete suggestions that it rules out.

    "Not this week" means the week of the need. Nothing for `CANNOT` and where no reason was given.
    """
    offer, need = match.offer, match.need
    suggested = offer.matches.filter(state=Match.State.SUGGESTED, invited_at=None)
    match match.decline_reason:
        case DeclineReason.NOT_THIS_WEEK:
            week = need.week
            Refusal.objects.get_or_create(offer=offer, since=week, until=week + SIX_DAYS)
            suggested.filter(need__in=Need.objects.of_week(week)).delete()
        case DeclineReason.TOO_FAR:
            Refusal.objects.get_or_create(offer=offer, locality=need.locality)
            suggested.filter(need__locality=need.locality).delete()
        case DeclineReason.NEVER:
            Refusal.objects.get_or_create(offer=offer, category=need.category)
            suggested.filter(need__category=need.category).delete()


def of(user: User) -> "QuerySet[Refusal]":
    """What this person ruled out and what is still in force, the newest first."""
    mine = Refusal.objects.standing().filter(offer__volunteer=user)
    return mine.select_related("category", "locality").order_by("-created_at", "-pk")
