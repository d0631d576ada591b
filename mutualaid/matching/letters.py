"""What matching says to a volunteer: a need fits you. No name, no address."""

from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.matching.models import Match
from mutualaid.matching.reasons import in_words
from mutualaid.notify.kinds import Letter, composes
from offers_app.states import COUNTS
from requests_app.rules import is_kept_from
from requests_app.states import NeedState


@composes("need_fits", _("a need that fits"))
def need_fits(match_id: int) -> Letter | None:
    """None once the need is taken or erased, or the volunteer has answered or taken a break."""
    related = ("need__category", "need__locality", "offer__volunteer")
    match = Match.objects.select_related(*related).filter(pk=match_id).first()
    if match is None:
        return None
    still_asked = match.state == Match.State.NOTIFIED and match.offer.state in COUNTS
    user = match.offer.volunteer
    if match.need.state != NeedState.OPEN or not still_asked or is_kept_from(user, match.need):
        return None
    context = {
        "need": match.need,
        "reasons": partial(in_words, match.lines),
        "url": settings.SITE_URL + reverse("help_match", args=[match.public_id]),
        "offer_url": settings.SITE_URL + reverse("offer"),
    }
    return Letter(user.email, user.language, context)
