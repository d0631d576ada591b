"""What the page of a claim shows its volunteer: how it stands, the steps, and how to reach the neighbour."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from mutualaid.contact_points import parse
from requests_app.models import AskContact, Claim
from requests_app.models.ask import Channel
from requests_app.states import IN_TOUCH, ClaimState

SENTENCES: Mapping[ClaimState, StrOrPromise] = {
    ClaimState.CLAIMED: _("You said yes. Please get in touch today."),
    ClaimState.CONTACTED: _("You're in touch. Now agree on a day and a time."),
    ClaimState.DELIVERED: _("You said it's done. Thank you! We've asked if it arrived."),
    ClaimState.CONFIRMED: _("It arrived. Thank you!"),
    ClaimState.UNCONFIRMED: _("You said it's done. Thank you!"),
    ClaimState.RELEASED: _("This isn't your task any more. Someone else is asked."),
    ClaimState.LAPSED: _(
        "We didn't hear from you in time. Someone else is asked. That's all right."
    ),
    ClaimState.CANCELLED: _("It's no longer needed. Thank you for being ready."),
}


class Reach(NamedTuple):
    """Addresses that call, text, write or show the way in one press; "" for what is not safe or not known.

    The map is a `geo:` URI (RFC 5870): a map on the device opens it, and no site learns the address.
    """

    call: str
    text: str
    write: str
    map: str


class Steps(NamedTuple):
    """Which steps of a claim on the way are ticked."""

    is_in_touch: bool
    is_agreed: bool


def sentence_for(claim: Claim) -> StrOrPromise:
    """Say to its volunteer how a claim stands."""
    state = claim.state_for_volunteer
    if state != ClaimState.SCHEDULED or claim.scheduled_for is None:
        return SENTENCES[state if state != ClaimState.SCHEDULED else ClaimState.CONTACTED]
    if claim.scheduled_for < timezone.localdate():
        return gettext("You agreed on %(day)s. How did it go?") % {"day": claim.agreed_on}
    return gettext("You agreed on %(day)s.") % {"day": claim.agreed_on}


def steps_of(claim: Claim) -> Steps:
    return Steps(claim.state in IN_TOUCH, claim.state == ClaimState.SCHEDULED)


def reach(contact: AskContact) -> Reach:
    """How to reach a neighbour by the ways that are safe; of several numbers the first."""
    phone = next(iter(parse(contact.safe_phone).phones), None)
    email = next(iter(parse(contact.safe_email).emails), None)
    can_text = phone and not phone.extension and Channel.SMS in contact.safe_channels
    return Reach(
        call=phone.uri if phone and contact.calls_ok else "",
        text=f"sms:{phone.normal}" if phone and can_text else "",
        write=email.uri if email else "",
        map=f"geo:0,0?q={quote(' '.join(contact.address.split()))}" if contact.address else "",
    )
