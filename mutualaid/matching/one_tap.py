"""Yes and no to an ask in one tap, or by a text message."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.matching import actions
from mutualaid.matching.models import Match
from mutualaid.matching.notifications.volunteers import THINK
from mutualaid.notify.links.one_tap import Said, taps
from mutualaid.people.models import User
from requests_app.actions import NotForYou, StateChanged, WeekIsFull


def about(match_id: int) -> str:
    """What the message said of it: no name, no address."""
    match = Match.objects.select_related("need__category", "need__locality").filter(pk=match_id)
    need = match[0].need if match else None
    return f"{need.category.label} · {need.locality} · {need.when}" if need else ""


@taps(
    "need_yes",
    question=gettext_lazy("Will you do it?"),
    button=gettext_lazy("Yes, I will do it"),
    about=about,
)
def need_yes(match_id: int, user: User | None) -> Said:
    match = _hers(match_id, user)
    if match is None:
        return _taken()
    try:
        claim = actions.accept(match)
    except StateChanged:
        return _taken()
    except WeekIsFull:
        return Said(
            _("You have taken on all you wished for this week."),
            reverse("offer"),
            _("Change my offer"),
        )
    except NotForYou:
        return Said(_("This one is for somebody else. Thank you for looking."))
    page = reverse("claim", args=[claim.public_id])
    words = _("Thank you! Sign in to see how to reach your neighbour.")
    return Said(words, page, _("How to reach your neighbour"))


@taps(
    "need_no",
    question=gettext_lazy("Not this time?"),
    button=gettext_lazy("Not this time"),
    about=about,
)
def need_no(match_id: int, user: User | None) -> Said:
    match = _hers(match_id, user)
    if match is not None:
        actions.decline(match)
    return Said(_("That is all right. We ask somebody else."))


@taps(
    "need_think",
    question=gettext_lazy("Are you thinking about it?"),
    button=THINK,
    about=about,
)
def need_think(match_id: int, user: User | None) -> Said:
    match = _hers(match_id, user)
    if match is None or not actions.think_about(match):
        return Said(_("This has changed in the meantime."))
    return Said(_("Take your time. We tell you if somebody else takes it."))


def _hers(match_id: int, user: User | None) -> Match | None:
    related = ("need__category", "offer__volunteer")
    mine = Match.objects.filter(offer__volunteer=user).select_related(*related)
    return mine.filter(pk=match_id).first() if user else None


def _taken() -> Said:
    return Said(_("Somebody took this one. Thank you for looking."))
