"""What this room says to people by message. Composed when it is sent: None where it is past."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.notify.kinds import Letter, composes
from mutualaid.people.models import display_name
from requests_app.links import make_link, private_url
from requests_app.models import Claim, Need
from requests_app.states import ON_THE_WAY, ClaimState, CloseReason, NeedState


@composes("need_received", _("we have your need"))
def need_received(need_id: int) -> Letter | None:
    need = _need(need_id)
    return _to_neighbour(need) if need.is_live else None


@composes("need_link", _("your link, sent again"))
def need_link(need_id: int) -> Letter | None:
    return _to_neighbour(_need(need_id))


@composes("need_claimed", _("somebody is coming"))
def need_claimed(claim_id: int) -> Letter | None:
    claim = _claim(claim_id)
    if claim.state not in ON_THE_WAY:
        return None
    return _to_neighbour(claim.need, volunteer=display_name(claim.volunteer))


@composes("need_reopened", _("we look again"))
def need_reopened(claim_id: int) -> Letter | None:
    need = _claim(claim_id).need
    return _to_neighbour(need) if need.is_live else None


@composes("need_delivered", _("did it arrive?"))
def need_delivered(claim_id: int) -> Letter | None:
    claim = _claim(claim_id)
    return _to_neighbour(claim.need) if claim.state == ClaimState.DELIVERED else None


@composes("need_followup", _("did it arrive? once more"))
def need_followup(claim_id: int) -> Letter | None:
    return need_delivered(claim_id)


@composes("need_expiring", _("do you still need it?"))
def need_expiring(need_id: int) -> Letter | None:
    need = _need(need_id)
    is_waiting = need.state in (NeedState.TRIAGE, NeedState.OPEN) and need.warned_at
    return _to_neighbour(need) if is_waiting else None


@composes("need_expired", _("we found nobody in time"))
def need_expired(need_id: int) -> Letter | None:
    need = _need(need_id)
    return _to_neighbour(need) if need.close_reason == CloseReason.EXPIRED else None


@composes("claim_nudge", _("please get in touch"))
def claim_nudge(claim_id: int) -> Letter | None:
    claim = _claim(claim_id)
    waiting = Claim.objects.of(claim.volunteer).filter(state=ClaimState.CLAIMED)
    reminded = list(waiting.exclude(nudged_at=None).values_list("pk", flat=True))
    if not reminded:
        return None
    if len(reminded) == 1:
        return _to_volunteer(_claim(reminded[0]))
    return _to_volunteer(claim, several=True, url=settings.SITE_URL + reverse("help_list"))


@composes("claim_lapsed", _("somebody else goes"))
def claim_lapsed(claim_id: int) -> Letter | None:
    return _to_volunteer(_claim(claim_id))


@composes("need_changed", _("something has changed"))
def need_changed(claim_id: int) -> Letter | None:
    return claim_made(claim_id)


@composes("claim_made", _("whom to get in touch with"))
def claim_made(claim_id: int) -> Letter | None:
    claim = _claim(claim_id)
    return _to_volunteer(claim) if claim.state in ON_THE_WAY else None


@composes("claim_ended", _("you need not go any more"))
def claim_ended(claim_id: int) -> Letter | None:
    return _to_volunteer(_claim(claim_id))


@composes("claim_confirmed", _("it arrived, thank you"))
def claim_confirmed(claim_id: int) -> Letter | None:
    return _to_volunteer(_claim(claim_id))


def _need(need_id: int) -> Need:
    return Need.objects.select_related("contact", "category", "locality").get(pk=need_id)


def _claim(claim_id: int) -> Claim:
    related = ("need__contact", "need__category", "need__locality", "volunteer")
    return Claim.objects.select_related(*related).get(pk=claim_id)


def _to_neighbour(need: Need, **context: str) -> Letter | None:
    """To the address she gave and calls safe. A fresh link, for only hashes of the others are kept."""
    contact = need.contact
    if not contact.safe_email:
        return None
    url = private_url(make_link(need, with_code=False))
    return Letter(contact.safe_email, contact.language, {"need": need, "url": url, **context})


def _to_volunteer(claim: Claim, **context: Any) -> Letter:
    user = claim.volunteer
    url = settings.SITE_URL + reverse("claim", args=[claim.public_id])
    usual = {"claim": claim, "need": claim.need, "url": url}
    return Letter(user.email, user.language, usual | context)
