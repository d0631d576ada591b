"""Yes and no to an invitation in one tap, or by a text message."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from mutualaid.matching import actions
from mutualaid.matching.models import Match
from mutualaid.matching.notifications.volunteers import TAKEN, THINK, how_it_stands
from mutualaid.notify.links.one_tap import Outcome, one_tap_action
from mutualaid.people.models import User
from requests_app.access.exclusions import is_kept_from
from requests_app.actions import NotForYou, StateChanged, WeekIsFull


def about(match_id: int) -> str:
    """What the message said of it: no name, no address. Nothing where it is kept from them by now."""
    related = ("need__category", "need__locality", "need__ask", "offer__volunteer")
    match = Match.objects.select_related(*related).filter(pk=match_id).first()
    if match is None or is_kept_from(match.offer.volunteer, match.need.ask):
        return ""
    return f"{match.need.category.label} · {match.need.locality} · {match.need.when}"


@one_tap_action(
    "need_yes",
    question=gettext_lazy("Will you do it?"),
    button=gettext_lazy("Yes, I will do it"),
    about=about,
)
def need_yes(match_id: int, user: User | None) -> Outcome:
    match = _of_volunteer(match_id, user)
    if match is None:
        return Outcome(TAKEN, is_done=False)
    try:
        claim = actions.accept(match)
    except (NotForYou, StateChanged, WeekIsFull):
        earlier = match.claim_on_the_way  # they have said yes before, and said it twice
        if earlier is None:
            return how_it_stands(match)
        claim = earlier
    words = gettext_lazy("Thank you! Sign in to see how to reach your neighbour.")
    page = reverse("claim", args=[claim.public_id])
    return Outcome(words, page, gettext_lazy("How to reach your neighbour"))


@one_tap_action(
    "need_no",
    question=gettext_lazy("Not this time?"),
    button=gettext_lazy("Not this time"),
    about=about,
)
def need_no(match_id: int, user: User | None) -> Outcome:
    match = _of_volunteer(match_id, user)
    if match is None:
        return Outcome(TAKEN, is_done=False)
    try:
        actions.decline(match)
    except (actions.AlreadyAccepted, StateChanged):
        return how_it_stands(match)
    return Outcome(gettext_lazy("That is all right. We ask somebody else."))


@one_tap_action(
    "need_think",
    question=gettext_lazy("Are you thinking about it?"),
    button=THINK,
    about=about,
)
def need_think(match_id: int, user: User | None) -> Outcome:
    match = _of_volunteer(match_id, user)
    if match is None:
        return Outcome(TAKEN, is_done=False)
    if not actions.think_about(match):
        return how_it_stands(match)
    return Outcome(gettext_lazy("Take your time. We tell you if somebody else takes it."))


def _of_volunteer(match_id: int, user: User | None) -> Match | None:
    related = ("need__category", "need__ask", "offer__volunteer")
    mine = Match.objects.of(user).select_related(*related) if user else Match.objects.none()
    return mine.filter(pk=match_id).first()
