"""What a no means for the future. The matcher obeys it, and the volunteer can take it back."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from mutualaid.matching.models import Match, Refusal
from mutualaid.matching.states import DeclineReason
from mutualaid.people.models import User
from requests_app.models.claim import this_week


def rule_out(match: Match) -> None:
    """Write down what the reason of a declined match rules out, and forget what it suggested."""
    need = match.need
    match match.decline_reason:
        case DeclineReason.NOT_THIS_WEEK:
            _write(match, until=this_week() + timedelta(days=6))
            _forget(match)
        case DeclineReason.TOO_FAR:
            _write(match, locality=need.locality)
            _forget(match, need__locality=need.locality)
        case DeclineReason.NEVER:
            _write(match, category=need.category)
            _forget(match, need__category=need.category)


def of(user: User) -> "QuerySet[Refusal]":
    """What this person has ruled out and what still stands, the newest first."""
    mine = Refusal.objects.standing().filter(offer__volunteer=user)
    return mine.select_related("category", "locality").order_by("-created_at", "-pk")


def _write(match: Match, **what: Any) -> None:
    Refusal.objects.get_or_create(offer=match.offer, **what)


def _forget(match: Match, **among: Any) -> None:
    match.offer.matches.filter(state=Match.State.SUGGESTED, invited_at=None, **among).delete()
