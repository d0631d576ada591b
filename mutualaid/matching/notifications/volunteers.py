"""What matching says to a volunteer: a need fits you. No name, no address."""

from functools import partial
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.matching.models import Match
from mutualaid.matching.search.reasons import in_words
from mutualaid.matching.states import ASKED
from mutualaid.notify.links.one_tap import tap_url
from mutualaid.notify.outbox import GATHERED
from mutualaid.notify.registry import Group, Letter, composes
from mutualaid.notify.routing.channels_for import reach_of
from mutualaid.people.models import User
from offers_app.states import COUNTS
from requests_app.rules import is_kept_from
from requests_app.states import NeedState

MOST_IN_A_DIGEST = 10
THINK = _("I am thinking about it: tell me if somebody else takes it")


@composes(
    "need_fits",
    _("a need that fits"),
    group=Group.ASKS,
    buttons={
        "yes": _("Yes, I will do it"),
        "no": _("Not this time"),
        "think": THINK,
        "page": _("Look at it"),
    },
    replies={"yes": "need_yes", "no": "need_no"},
)
def need_fits(match_id: int) -> Letter | None:
    """None once the need is taken or erased, or the volunteer has answered or taken a break."""
    match = _open_asks().filter(pk=match_id).first()
    if match is None or is_kept_from(match.offer.volunteer, match.need):
        return None
    user = match.offer.volunteer
    urls = {
        "page": settings.SITE_URL + reverse("help_match", args=[match.public_id]),
        "yes": tap_url("need_yes", match.pk, user),
        "no": tap_url("need_no", match.pk, user),
        "think": tap_url("need_think", match.pk, user),
    }
    return Letter(reach_of(user), _told(match), urls=urls)


@composes(
    GATHERED,
    _("needs that fit, together"),
    group=Group.ASKS,
    buttons={"page": _("Look at them")},
)
def need_digest(user_id: int) -> Letter | None:
    """All that was asked of one person and is still open; None when nothing is."""
    asks = _open_asks().filter(offer__volunteer=user_id).order_by("-need__urgency", "-score", "pk")
    user = User.objects.get(pk=user_id)
    matches = [m for m in asks[:MOST_IN_A_DIGEST] if not is_kept_from(user, m.need)]
    if not matches:
        return None
    page = settings.SITE_URL + reverse("help_list")
    return Letter(reach_of(user), {"asks": [_told(m) for m in matches]}, urls={"page": page})


@composes("need_taken", _("taken, thank you"), group=Group.ASKS, is_ask=False)
def need_taken(match_id: int) -> Letter | None:
    """To somebody who was thinking about it. None where it is open again, and she may be asked again."""
    related = ("need__category", "need__locality", "offer__volunteer")
    match = Match.objects.select_related(*related).get(pk=match_id)
    user = match.offer.volunteer
    is_over = match.state == Match.State.SUPERSEDED and match.need.state != NeedState.OPEN
    if not is_over or is_kept_from(user, match.need):
        return None
    return Letter(reach_of(user), {"need": match.need})


def _open_asks() -> Any:
    related = ("need__category", "need__locality", "offer__volunteer")
    asked = Match.objects.filter(state__in=ASKED, need__state=NeedState.OPEN)
    return asked.filter(offer__state__in=COUNTS).select_related(*related)


def _told(match: Match) -> dict[str, Any]:
    """The reasons become words when they are rendered, in the reader's language."""
    return {"need": match.need, "reasons": partial(in_words, match.lines)}
